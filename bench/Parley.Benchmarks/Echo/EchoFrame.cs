using System.Buffers.Binary;

namespace Parley.Benchmarks.Echo;

/// <summary>The payload of a frame: as long as 20 ms of Opus at 35 kbit/s, with the instant of its sending inside.</summary>
internal static class EchoFrame
{
    public const int Length = 88;

    /// <summary>20 ms of fullband CELT, mono, one frame. (RFC 6716 §3.1)</summary>
    private const byte TableOfContents = 0xF8;

    private const int InstantOffset = 8;

    public static void Write(Span<byte> frame, Instant now)
    {
        frame[..Length].Clear();
        frame[0] = TableOfContents;
        BinaryPrimitives.WriteInt64LittleEndian(frame[InstantOffset..], now.Ticks);
    }

    /// <summary>How long ago the frame was sent.</summary>
    public static TimeSpan AgeOf(ReadOnlySpan<byte> frame, Instant now) => now - new Instant(BinaryPrimitives.ReadInt64LittleEndian(frame[InstantOffset..]));
}
