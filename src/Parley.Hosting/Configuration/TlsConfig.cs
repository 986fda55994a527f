namespace Parley.Hosting.Configuration;

/// <summary>Where the certificate of HTTPS comes from.</summary>
/// <param name="Files">The certificate and its key; null: each process makes one for itself.</param>
public sealed record TlsConfig((string Certificate, string Key)? Files)
{
    internal static TlsConfig? From(TlsOptions? options) => options switch
    {
        null => null,
        { SelfSigned: true, Certificate: null, Key: null } => new TlsConfig(Files: null),
        { SelfSigned: false, Certificate: { } certificate, Key: { } key } => new TlsConfig((certificate, key)),
        { SelfSigned: true } => throw new ConfigurationException("server.tls: selfSigned is set, and so is a file. Leave one of them out."),
        _ => throw new ConfigurationException("server.tls: both certificate and key are needed, each a PEM file (--tls-cert, --tls-key); or selfSigned, for development (--tls-self-signed)."),
    };
}
