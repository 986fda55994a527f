using Parley.Rtc.Rtp.Redundancy;

namespace Parley.Fuzz.Targets;

/// <summary>A RED payload; and one that is written, with the input cut into frames, which then reads as it was written.</summary>
internal sealed class RedTarget : FuzzTarget
{
    private const byte Opus = 111;
    private const int MaxFrames = 40;

    private readonly byte[] _written = new byte[4096];

    public override string Name => "red";

    public override string Summary => "a RED payload (RFC 2198): read, and written and read again";

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0x80 | Opus, 0x0F, 0x00, 4], [0x80 | Opus, 0x1E, 0x00, 4], [Opus], [0x80 | Opus, 0xFF, 0xFF, 0xFF]];

    public override IEnumerable<byte[]> Examples()
    {
        yield return [Opus, 1, 2, 3];
        yield return [0x80 | Opus, 0x0F, 0x00, 4, Opus, 1, 2, 3, 4, 5, 6];
        yield return [0x80 | Opus, 0x1E, 0x00, 2, 0x80 | Opus, 0x0F, 0x00, 3, Opus, 1, 2, 3, 4, 5, 6];
        yield return new ScriptWriter().Byte(2).Byte(1).Block([1, 2]).Byte(1).Block([3]).Byte(2).Block([4, 5, 6]).ToArray();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        Read(input);
        Write(new Script(input));
    }

    private static void Read(ReadOnlySpan<byte> payload)
    {
        if (!RedReader.TryCreate(payload, out var reader)) return;
        var (blocks, length) = (0, 0);
        for (; reader.TryReadRedundant(out var type, out var offset, out var block); blocks++)
        {
            Invariant.Holds(type < 128 && offset < 1 << 14);
            length += 4 + block.Length;
        }
        Invariant.Holds(blocks <= RedReader.MaxRedundantBlocks);
        Invariant.Equal(payload.Length, length + 1 + reader.ReadPrimary(out _).Length);
    }

    private void Write(Script script)
    {
        var writer = new RedWriter { Levels = script.Byte() % (RedWriter.MaxLevels + 1) };
        var sent = new List<(uint Timestamp, byte[] Frame)>();
        for (var (frames, timestamp) = (0, 0u); frames < MaxFrames && !script.IsAtEnd; frames++)
        {
            timestamp += 960u * script.Byte();
            var frame = script.Block().ToArray();
            var length = writer.Write(_written, frame, timestamp, Opus);
            if (length > 0) CheckWritten(_written.AsSpan(0, length), timestamp, frame, sent, writer.Levels);
            writer.Keep(frame, timestamp);
            sent.Add((timestamp, frame));
        }
    }

    private static void CheckWritten(ReadOnlySpan<byte> payload, uint timestamp, byte[] frame, List<(uint Timestamp, byte[] Frame)> sent, int levels)
    {
        Invariant.Holds(RedReader.TryCreate(payload, out var reader));
        Invariant.Holds(reader.RemainingRedundant >= 1 && reader.RemainingRedundant <= levels);
        while (reader.RemainingRedundant is > 0 and var level)
        {
            Invariant.Holds(reader.TryReadRedundant(out var type, out var offset, out var block));
            Invariant.Equal(Opus, type);
            Invariant.Equal(sent[^level].Timestamp, timestamp - offset);
            Invariant.Holds(block.SequenceEqual(sent[^level].Frame));
        }
        Invariant.Holds(reader.ReadPrimary(out var primary).SequenceEqual(frame));
        Invariant.Equal(Opus, primary);
    }
}
