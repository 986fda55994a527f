namespace Parley.Audio;

/// <summary>What <see cref="UplinkBuffer"/> says is to be decoded next. Durations are samples at 48 kHz.</summary>
public readonly record struct UplinkPacket
{
    /// <summary>
    /// Decoded and Revision: the payload is the packet. RecoveredByFec: the payload is the packet that follows.
    /// Concealed and Silence: no payload.
    /// </summary>
    public UplinkFrameKind Kind { get; init; }

    public uint RtpTimestamp { get; init; }

    /// <summary>Start on the call's sample clock: samples since the first one. Without gap or overlap but for revisions.</summary>
    public long Position { get; init; }

    public int Duration { get; init; }

    /// <summary>Samples at the start of the decoded packet that are already covered and to be left out.</summary>
    public int Skip { get; init; }

    public int PayloadLength { get; init; }

    /// <summary>The packet begins a new stream: what the decoder remembers is of another one.</summary>
    public bool StartsStream { get; init; }

    /// <summary>Concealed only: the loss is young enough for the decoder to extend the past; zeros otherwise.</summary>
    public bool IsExtendable { get; init; }
}
