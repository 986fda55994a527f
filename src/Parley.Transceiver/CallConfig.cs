using Parley.Realtime;
using Parley.Speech;

namespace Parley.Transceiver;

/// <summary>What one call is made with.</summary>
public sealed record CallConfig
{
    public required RealtimeSessionConfig Session { get; init; }

    /// <summary>Who listens and answers; shared with other calls, not disposed by this one. Null: nobody, and the call is an echo.</summary>
    public required ModelSet? Models { get; init; }

    /// <summary>The stream id of the client's pre-negotiated data channel; null when the client opens it in the usual way.</summary>
    public ushort? NegotiatedChannelId { get; init; }

    /// <summary>Addresses that the answer names as candidates, most preferred first; null: those of the transceiver.</summary>
    public IReadOnlyList<TransportAddress>? Candidates { get; init; }

    /// <summary>Whose call it is: after its connection was lost the same may resume its session. Opaque, and no secret. Null: nobody may.</summary>
    public string? Owner { get; init; }

    /// <summary>The session that goes on; null: a new one begins.</summary>
    public SessionSnapshot? Resumed { get; init; }
}
