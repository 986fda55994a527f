using System.Buffers.Binary;
using Parley.Rtc.Rtp;
using Parley.Rtc.Rtp.Feedback;

namespace Parley.Fuzz.Targets;

/// <summary>Arrivals of packets in any order and at any pace; the feedback that is written about them reads as what came, and when.</summary>
internal sealed class TransportFeedbackTarget : FuzzTarget
{
    private const int HeadLength = 12; // RTCP's header and the two SSRCs
    private const int MaxSteps = 600;

    private readonly byte[] _packet = new byte[HeadLength + TransportArrivals.MaxLength];

    public override string Name => "transport-cc";

    public override string Summary => "transport-wide feedback: arrivals, written and read again";

    public override IEnumerable<byte[]> Examples()
    {
        yield return [.. Enumerable.Repeat<byte[]>([1, 20], 40).SelectMany(step => step), 0];
        yield return [1, 20, 3, 20, 0xFF, 20, 5, 200, 0, 1, 0, 100, 250, 0];
        yield return [127, 1, 127, 1, 127, 1, 0, 0x80, 1, 1, 1, 0];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var arrivals = new TransportArrivals();
        var came = new Dictionary<ushort, long>();
        var now = new Instant(0);
        var sequence = (ushort)0;
        var script = new Script(input);
        for (var steps = 0; steps < MaxSteps && !script.IsAtEnd; steps++)
        {
            // A step of the sequence number and the time before it; no step is the moment for feedback.
            var step = (sbyte)script.Byte();
            if (step == 0)
            {
                Report(arrivals, came);
                continue;
            }
            sequence += (ushort)step;
            now += TimeSpan.FromTicks(script.Byte() * (script.Byte() % 8 + 1) * 7_001L);
            arrivals.Add(sequence, now);
            // One that is repeated counts when it came last; one that was reported as missing is not reported again.
            came[sequence] = now.Ticks;
        }
        for (var i = 0; arrivals.HasNews; i++)
        {
            Invariant.Holds(i < MaxSteps);
            Report(arrivals, came);
        }
    }

    private void Report(TransportArrivals arrivals, Dictionary<ushort, long> came)
    {
        var length = arrivals.Write(_packet.AsSpan(HeadLength));
        if (length == 0) return;
        Invariant.Holds(length <= TransportArrivals.MaxLength - 3);
        var whole = (HeadLength + length + 3) & ~3;
        _packet.AsSpan(HeadLength + length, whole - HeadLength - length).Clear();
        (_packet[0], _packet[1]) = (0x80 | TransportFeedbackReader.Format, (byte)RtcpPacketType.TransportFeedback);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), (ushort)(whole / 4 - 1));
        Invariant.Holds(RtcpReader.TryCreate(_packet.AsSpan(0, whole), out var reader));
        Invariant.Holds(reader.TryRead(out var packet));
        Invariant.Holds(TransportFeedbackReader.TryCreate(packet, out var feedback));
        while (feedback.TryRead(out var sequence, out var hasArrived, out var arrival))
        {
            if (!hasArrived) continue;
            Invariant.Holds(came.TryGetValue(sequence, out var ticks));
            Invariant.Holds(Math.Abs(arrival - ticks) <= TransportFeedbackReader.DeltaTicks);
        }
        Invariant.Holds(!feedback.IsMalformed);
    }
}
