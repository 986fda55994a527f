using System.Buffers.Binary;

namespace Parley.Net.Tcp;

/// <summary>
/// Cuts the bytes of one stream, in whatever pieces they come, into frames (RFC 4571 §2). A frame that lies whole in the caller's
/// bytes is given where it lies; only a cut one is copied, into a buffer of one frame that is made when the first is cut.
/// </summary>
public sealed class FrameReader
{
    private byte[] _cut = [];
    private int _cutLength;

    /// <summary>Bytes kept of a frame whose rest has not come.</summary>
    public int KeptLength => _cutLength;

    /// <summary>Takes the next frame off the front of <paramref name="received"/>; call it until it says something else than <see cref="FrameStatus.Complete"/>.</summary>
    /// <param name="payload">The frame without its header. Valid until the next call, and the caller may write to it.</param>
    public FrameStatus Read(ref Span<byte> received, out Span<byte> payload)
    {
        payload = default;
        if (_cutLength > 0) return ReadCut(ref received, out payload);
        if (received.Length < StreamFrame.HeaderLength) return Keep(ref received);
        var length = BinaryPrimitives.ReadUInt16BigEndian(received);
        if (length > StreamFrame.MaxPayloadLength) return FrameStatus.TooLong;
        if (received.Length < StreamFrame.HeaderLength + length) return Keep(ref received);
        payload = received.Slice(StreamFrame.HeaderLength, length);
        received = received[(StreamFrame.HeaderLength + length)..];
        return FrameStatus.Complete;
    }

    private FrameStatus ReadCut(ref Span<byte> received, out Span<byte> payload)
    {
        payload = default;
        if (!FillTo(StreamFrame.HeaderLength, ref received)) return FrameStatus.NeedMore;
        var length = BinaryPrimitives.ReadUInt16BigEndian(_cut);
        if (length > StreamFrame.MaxPayloadLength) return FrameStatus.TooLong;
        if (!FillTo(StreamFrame.HeaderLength + length, ref received)) return FrameStatus.NeedMore;
        payload = _cut.AsSpan(StreamFrame.HeaderLength, length);
        _cutLength = 0;
        return FrameStatus.Complete;
    }

    private FrameStatus Keep(ref Span<byte> received)
    {
        if (received.IsEmpty) return FrameStatus.NeedMore;
        if (_cut.Length == 0) _cut = new byte[StreamFrame.MaxLength];
        FillTo(received.Length, ref received);
        return FrameStatus.NeedMore;
    }

    private bool FillTo(int length, ref Span<byte> received)
    {
        var take = Math.Min(length - _cutLength, received.Length);
        if (take <= 0) return _cutLength >= length;
        received[..take].CopyTo(_cut.AsSpan(_cutLength));
        received = received[take..];
        _cutLength += take;
        return _cutLength == length;
    }
}
