using System.Net;

namespace Parley.Transceiver.Caller;

/// <summary>What an <see cref="OutgoingCall"/> is made with.</summary>
public sealed record OutgoingCallConfig
{
    public required DialogueConfig Dialogue { get; init; }

    /// <summary>Where the call's UDP socket is bound; port 0 takes a free one.</summary>
    public required IPEndPoint Bind { get; init; }

    /// <summary>The address that the offer names.</summary>
    public required IPAddress Advertise { get; init; }

    /// <summary>For the whole call, from the answer on.</summary>
    public required TimeSpan Limit { get; init; }
}
