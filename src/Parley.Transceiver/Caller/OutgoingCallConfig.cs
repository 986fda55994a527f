using System.Net;

namespace Parley.Transceiver.Caller;

/// <summary>What an <see cref="OutgoingCall"/> is made with.</summary>
public sealed record OutgoingCallConfig
{
    public required DialogueConfig Dialogue { get; init; }

    /// <summary>Where the call's UDP socket is bound; port 0 takes a free one.</summary>
    public required IPEndPoint Bind { get; init; }

    /// <summary>The addresses that the offer names, the most preferred first; one of each family that the server may be reached by.</summary>
    public required IReadOnlyList<IPAddress> Advertise { get; init; }

    /// <summary>Goes to the server's TCP candidates alone. (RFC 6544)</summary>
    public bool ForcesTcp { get; init; }

    /// <summary>For the whole call, from the answer on.</summary>
    public required TimeSpan Limit { get; init; }
}
