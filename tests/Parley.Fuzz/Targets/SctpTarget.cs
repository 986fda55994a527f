using System.Buffers.Binary;
using Parley.Rtc;
using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Fuzz.Targets;

/// <summary>An established association: chunks with a right tag and checksum, between what the application does and time that passes.</summary>
internal sealed class SctpTarget : FuzzTarget
{
    private const int MaxSteps = 100;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(8);

    private enum Step
    {
        Chunks,
        NextData,
        Wait,
        Send,
        Open,
        Close,
        TurnReading,
        Reset,
        Shutdown,
        Packet,
    }

    public override string Name => "sctp";

    public override string Summary => "an established SCTP association: chunks, an application that sends, time";

    public override int Weight => 3;

    public override long MaxAllocation => 4 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary => SctpWords.All;

    public override IEnumerable<byte[]> Examples()
    {
        yield return new ScriptWriter()
            .Byte((int)Step.NextData).Byte(1).Byte(53).Block([1, 2, 3]).Byte((int)Step.Send).Byte(1).Byte(40)
            .Byte((int)Step.Chunks).Block(Sack(0xFFFF, [2, 3])).Byte((int)Step.Wait).Byte(10).ToArray();
        yield return new ScriptWriter()
            .Byte((int)Step.Chunks).Block([.. SctpHarness.Data(1002, 0, 1, 51, DataFlags.Begin, [1, 2, 3]), .. SctpHarness.Data(1001, 0, 0, 51, DataFlags.Begin | DataFlags.End, [9])])
            .Byte((int)Step.Chunks).Block(SctpHarness.Data(1000, 0, 0, 51, DataFlags.Unordered | DataFlags.Begin | DataFlags.End, [1]))
            .Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.ForwardTsn, 0, [0, 0, 3, 0xEC, 0, 0, 0, 3])).ToArray();
        yield return new ScriptWriter()
            .Byte((int)Step.Open).Byte(3).Byte((int)Step.Close).Byte(1).Byte((int)Step.Wait).Byte(30)
            .Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.Reconfig, 0, [0, 13, 0, 18, 0, 0, 3, 0xE8, 0, 0, 0, 0, 0, 0, 3, 0xE7, 0, 1]))
            .Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.Reconfig, 0, [0, 16, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1])).ToArray();
        yield return new ScriptWriter()
            .Byte((int)Step.TurnReading).Byte((int)Step.Send).Byte(200).Byte(255).Byte((int)Step.Wait).Byte(255)
            .Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.Heartbeat, 0, [0, 1, 0, 8, 1, 2, 3, 4])).Byte((int)Step.Shutdown).Byte((int)Step.Wait).Byte(20)
            .Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.ShutdownAck, 0, [])).ToArray();
        yield return new ScriptWriter().Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.Abort, 0, [0, 12, 0, 4])).ToArray();
        yield return new ScriptWriter().Byte((int)Step.Chunks).Block(SctpHarness.Init).Byte((int)Step.Chunks).Block(SctpHarness.Chunk(ChunkType.Shutdown, 0, [0, 0, 0, 0])).ToArray();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var harness = new SctpHarness();
        harness.Establish();
        var script = new Script(input);
        var waited = TimeSpan.Zero;
        for (var steps = 0; steps < MaxSteps && !script.IsAtEnd; steps++)
        {
            var step = (Step)(script.Byte() % (int)(Step.Packet + 1));
            if (step == Step.Wait)
            {
                var pause = TimeSpan.FromMilliseconds(20 * script.Byte());
                if ((waited += pause) < MaxPause) harness.RunFor(pause);
            }
            else
            {
                Do(step, ref script, harness);
            }
        }
        harness.CheckIsUsable();
    }

    private static void Do(Step step, ref Script script, SctpHarness harness)
    {
        switch (step)
        {
            case Step.Chunks:
                harness.Receive(script.Block(), harness.Tag);
                return;
            case Step.Packet:
                harness.ReceivePacket(script.Block());
                return;
            case Step.NextData:
                harness.Receive(
                    SctpHarness.Data(harness.NextTsn++, (ushort)(script.Byte() % 8), 0, script.Byte(), DataFlags.Begin | DataFlags.End | DataFlags.Unordered, script.Block()), harness.Tag);
                return;
            case Step.Send:
                var length = 1 + 32 * script.Byte();
                for (var count = script.Byte() % 16; count >= 0; count--) harness.Association.Send(script.Byte(), 53, isUnordered: count % 2 == 0, new byte[length], harness.Now);
                break;
            case Step.Open:
                for (var count = script.Byte() % 8; count >= 0; count--) harness.Channels.TryOpen(new DataChannelOptions { Label = "label" }, harness.Now, out _);
                break;
            case Step.Close:
                harness.Channels.Close(script.Byte(), harness.Now);
                break;
            case Step.TurnReading:
                harness.IsReading = !harness.IsReading;
                break;
            case Step.Reset:
                harness.Association.ResetStream(script.Byte(), harness.Now);
                break;
            case Step.Shutdown:
                harness.Association.Shutdown(harness.Now);
                break;
        }
        harness.Settle();
    }

    /// <summary>A SACK of nothing, with gaps.</summary>
    private static byte[] Sack(uint window, ReadOnlySpan<byte> gap)
    {
        var value = new byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(4), window);
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(8), 1);
        value[13] = gap[0];
        value[15] = gap[1];
        return SctpHarness.Chunk(ChunkType.Sack, 0, value);
    }
}
