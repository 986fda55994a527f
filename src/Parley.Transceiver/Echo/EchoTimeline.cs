namespace Parley.Transceiver.Echo;

/// <summary>
/// RTP timestamps of what is sent back: those that came, moved by an offset of our own, so that pauses and reordering stay what they
/// were. When the caller begins another stream, whose timestamps start anywhere, ours go on where they were. (RFC 3550 §5.1)
/// </summary>
internal struct EchoTimeline(uint first)
{
    /// <summary>20 ms, in units of 1/48000 s: what usually lies between two packets.</summary>
    private const uint Step = 960;

    private uint _next = first;
    private uint _offset;
    private uint? _ssrc;

    public uint Map(uint ssrc, uint timestamp)
    {
        if (_ssrc != ssrc)
        {
            _ssrc = ssrc;
            _offset = _next - timestamp;
        }
        var mapped = timestamp + _offset;
        _next = mapped + Step;
        return mapped;
    }
}
