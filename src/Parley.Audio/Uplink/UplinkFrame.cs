namespace Parley.Audio;

/// <summary>
/// A stretch of uplink audio. Frames other than revisions follow each other without gap or overlap:
/// <see cref="CaptureTime"/> of one is the end of the one before.
/// </summary>
public readonly record struct UplinkFrame
{
    public UplinkFrameKind Kind { get; init; }

    /// <summary>The RTP timestamp (48 kHz) of the first sample.</summary>
    public uint RtpTimestamp { get; init; }

    /// <summary>Samples at the uplink's rate.</summary>
    public int SampleCount { get; init; }

    /// <summary>
    /// When the first sample was captured, since the first sample of the call: the RTP timestamp unwrapped, less what
    /// was leapt over (<see cref="UplinkConfig.MaxFill"/>, a new stream).
    /// </summary>
    public TimeSpan CaptureTime { get; init; }
}

/// <summary>Where the audio of a frame comes from.</summary>
public enum UplinkFrameKind
{
    /// <summary>From its own packet, in time.</summary>
    Decoded,

    /// <summary>From the coarse copy in the packet after it.</summary>
    RecoveredByFec,

    /// <summary>Made up for a lost packet: extended from the past at first, silence in a long loss.</summary>
    Concealed,

    /// <summary>The sender sent nothing (discontinuous transmission, a pause): zeros.</summary>
    Silence,

    /// <summary>A packet that came after its time had been filled otherwise: a second, better reading of that time.</summary>
    Revision,
}
