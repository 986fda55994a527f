using System.Net.Security;

namespace Parley.Transceiver.Caller;

/// <summary>What a <see cref="SocketOutgoingCall"/> is made with.</summary>
public sealed record SocketOutgoingCallConfig
{
    public required DialogueConfig Dialogue { get; init; }

    /// <summary><c>ws://…</c> or <c>wss://…</c>, with its query.</summary>
    public required Uri Url { get; init; }

    /// <summary>Bearer token; null: none.</summary>
    public string? Key { get; init; }

    /// <summary>Decides about the certificate of <c>wss</c>; null: the system does.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>For the whole call, from the connection on.</summary>
    public required TimeSpan Limit { get; init; }
}
