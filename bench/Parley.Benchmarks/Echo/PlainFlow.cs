namespace Parley.Benchmarks.Echo;

/// <summary>A flow of the yardstick: datagrams as long as a caller's, with nothing in them but the frame.</summary>
internal sealed class PlainFlow(FrameTally tally) : IEchoFlow
{
    /// <summary>RTP's header and the tag of AES-GCM.</summary>
    private const int PacketLength = 12 + EchoFrame.Length + 16;

    private Instant _sendAt = Instant.Never;

    public bool IsUp => true;

    public Deadline NextDeadline => Deadline.None;

    public void HandleDatagram(Span<byte> bytes, Instant now) => tally.NoteReturned(EchoFrame.AgeOf(bytes, now));

    public void HandleTimeout(Instant now)
    {
    }

    public void SendFrame(Instant now) => _sendAt = now;

    public bool TryPollTransmit(Span<byte> buffer, out int length)
    {
        length = PacketLength;
        if (_sendAt.IsNever) return false;
        EchoFrame.Write(buffer, _sendAt);
        tally.NoteSent();
        _sendAt = Instant.Never;
        return true;
    }
}
