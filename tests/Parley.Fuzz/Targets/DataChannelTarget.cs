using Parley.Rtc;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Channels;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Fuzz.Targets;

/// <summary>Whole messages on the streams of an established association, DCEP's above all. What is understood is written, and read again.</summary>
internal sealed class DataChannelTarget : FuzzTarget
{
    private const int MaxSteps = 80;

    private readonly byte[] _written = new byte[OpenMessage.MaxLength];
    private readonly ushort[] _ssn = new ushort[256];

    private enum Step
    {
        Control,
        Message,
        Open,
        Send,
        Close,
        RemoteReset,
    }

    public override string Name => "dcep";

    public override string Summary => "messages on data channels: DCEP, opened, used and closed from both sides";

    public override long MaxAllocation => 4 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 65], [2], [3, 0x80], [3, 1], [3, 0x82], [0, 51], [0, 53], [0, 56], [0, 57]];

    public override IEnumerable<byte[]> Examples()
    {
        var open = new byte[OpenMessage.MaxLength];
        foreach (var type in new byte[] { 0, 0x80, 1, 0x82 })
        {
            var length = new OpenMessage(type, 256, 3, "oai-events", "p").Write(open);
            yield return new ScriptWriter()
                .Byte((int)Step.Control).Byte(2).Block(open.AsSpan(0, length)).Byte((int)Step.Message).Byte(2).Byte(51).Block("hello"u8)
                .Byte((int)Step.Send).Byte(2).Byte(9).Byte((int)Step.RemoteReset).Byte(2).ToArray();
        }
        yield return new ScriptWriter().Byte((int)Step.Open).Byte((int)Step.Control).Byte(1).Block([2]).Byte((int)Step.Message).Byte(1).Byte(57).Block([0]).Byte((int)Step.Close).Byte(1).ToArray();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        _ssn.AsSpan().Clear();
        var harness = new SctpHarness();
        harness.Establish();
        var script = new Script(input);
        var resets = 0u;
        for (var steps = 0; steps < MaxSteps && !script.IsAtEnd && harness.Association.State == SctpState.Established; steps++)
        {
            switch ((Step)(script.Byte() % (int)(Step.RemoteReset + 1)))
            {
                case Step.Control:
                    var stream = script.Byte();
                    var control = script.Block();
                    CheckOpenMessage(control);
                    Deliver(harness, stream, PayloadProtocol.Dcep, control);
                    break;
                case Step.Message:
                    Deliver(harness, script.Byte(), script.Byte(), script.Block());
                    break;
                case Step.Open:
                    harness.Channels.TryOpen(new DataChannelOptions { Label = "label", Protocol = "protocol", IsOrdered = false, MaxRetransmits = 1 }, harness.Now, out _);
                    harness.Settle();
                    break;
                case Step.Send:
                    harness.Channels.Send(script.Byte(), isBinary: true, new byte[script.Byte()], harness.Now);
                    harness.Settle();
                    break;
                case Step.Close:
                    harness.Channels.Close(script.Byte(), harness.Now);
                    harness.Settle();
                    break;
                case Step.RemoteReset:
                    RemoteReset(harness, script.Byte(), resets++);
                    break;
            }
        }
        harness.CheckIsUsable();
        CheckCanOpen(harness);
    }

    private void CheckOpenMessage(ReadOnlySpan<byte> message)
    {
        if (!OpenMessage.TryParse(message, out var open)) return;
        Invariant.Holds(open.Label.Length + open.Protocol.Length <= OpenMessage.MaxNamesLength);
        var length = open.Write(_written);
        // Names that are not UTF-8 become longer when they are made so, and may then be too long.
        if (length == 0) return;
        Invariant.Holds(OpenMessage.TryParse(_written.AsSpan(0, length), out var again));
        Invariant.Equal(open, again);
    }

    private void Deliver(SctpHarness harness, byte stream, uint protocol, ReadOnlySpan<byte> payload)
    {
        // A message without a byte is an error of the association, which is not what is looked at here. (RFC 9260 §3.3.1)
        if (payload.IsEmpty) payload = [0];
        stream %= 64;
        harness.Receive(SctpHarness.Data(harness.NextTsn++, stream, _ssn[stream]++, protocol, DataFlags.Begin | DataFlags.End, payload), harness.Tag);
    }

    /// <summary>RFC 6525 §4.1, with the numbers that come next. The stream's own begin anew.</summary>
    private void RemoteReset(SctpHarness harness, byte stream, uint count)
    {
        stream %= 64;
        var (request, last) = (1000 + count, harness.NextTsn - 1);
        _ssn[stream] = 0;
        harness.Receive(
            SctpHarness.Chunk(ChunkType.Reconfig, 0,
            [
                0, 13, 0, 18, (byte)(request >> 24), (byte)(request >> 16), (byte)(request >> 8), (byte)request, 0, 0, 0, 0,
                (byte)(last >> 24), (byte)(last >> 16), (byte)(last >> 8), (byte)last, 0, stream,
            ]), harness.Tag);
    }

    /// <summary>A fresh channel still opens, as long as there is room for one.</summary>
    private void CheckCanOpen(SctpHarness harness)
    {
        if (harness.Association.State != SctpState.Established) return;
        for (byte stream = 0; stream < 64; stream++)
        {
            if (harness.Channels.IsOpen(stream) || _ssn[stream] != 0 || harness.Association.IsResetting(stream)) continue;
            var used = harness.Channels.Counters[DataChannelCounter.OpenOnUsedStream];
            Deliver(harness, stream, PayloadProtocol.Dcep, [3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, (byte)'x']);
            // One that is being closed has its id until the remote has confirmed it.
            if (harness.Channels.Counters[DataChannelCounter.OpenOnUsedStream] > used) continue;
            Invariant.Holds(harness.Channels.IsOpen(stream));
            return;
        }
    }
}
