namespace Parley.Net.Tcp;

/// <summary>What a <see cref="FrameReader"/> found.</summary>
public enum FrameStatus
{
    /// <summary>No whole frame: all bytes were taken, and more are needed.</summary>
    NeedMore,

    /// <summary>A frame, which may be empty.</summary>
    Complete,

    /// <summary>A length above <see cref="StreamFrame.MaxPayloadLength"/>. The stream cannot be followed any further: close it.</summary>
    TooLong,
}
