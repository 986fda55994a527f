namespace Parley.Hosting.Configuration;

/// <summary>The certificate of HTTPS: <see cref="Certificate"/> and <see cref="Key"/>, or <see cref="SelfSigned"/>.</summary>
public sealed record TlsOptions
{
    /// <summary>A PEM file: the server's certificate, then those of its issuers. Read again when it changes.</summary>
    public string? Certificate { get; init; }

    /// <summary>A PEM file: the private key, not encrypted.</summary>
    public string? Key { get; init; }

    /// <summary>For development: a certificate that each process makes for itself. Clients must be told to trust it.</summary>
    public bool SelfSigned { get; init; }
}
