using Parley.Net.Tcp;

namespace Parley.Fuzz.Targets;

/// <summary>A byte stream in pieces. However it is cut, the same frames come out; what is kept of a cut one is bounded.</summary>
internal sealed class StreamFrameTarget : FuzzTarget
{
    private const int MaxPieces = 200;

    public override string Name => "rfc4571";

    public override string Summary => "frames in a TCP stream (RFC 4571): the same however the stream is cut";

    public override long MaxAllocation => 256 * 1024;

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0, 0], [0, 1], [0, 4], [5, 0xDC], [5, 0xDD], [0xFF, 0xFF]];

    public override IEnumerable<byte[]> Examples()
    {
        byte[] stream = [0, 3, 1, 2, 3, 0, 0, 0, 1, 9, 0, 40, .. new byte[40]];
        yield return [0, .. stream];
        yield return [3, 1, 4, 2, .. stream];
        yield return [1, 7, 0xFF, 0xFF, .. stream];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        var pieces = new int[script.Byte() % 8];
        foreach (ref var piece in pieces.AsSpan()) piece = 1 + script.Byte();
        var stream = script.Rest().ToArray();
        var whole = Frames(stream, []);
        var cut = Frames(stream, pieces);
        Invariant.Equal(whole.Ended, cut.Ended);
        Invariant.Holds(whole.Bytes.AsSpan().SequenceEqual(cut.Bytes));
        CheckWritten(stream);
    }

    /// <summary>The frames as they would be written again, and whether the stream came to an end that nothing can follow.</summary>
    private static (byte[] Bytes, bool Ended) Frames(byte[] stream, int[] pieces)
    {
        var reader = new FrameReader();
        using var frames = new MemoryStream();
        // The reader may write to what it is given.
        var rest = ((byte[])stream.Clone()).AsSpan();
        Span<byte> written = stackalloc byte[StreamFrame.MaxLength];
        for (var i = 0; !rest.IsEmpty; i++)
        {
            var take = pieces.Length == 0 || i >= MaxPieces ? rest.Length : Math.Min(rest.Length, pieces[i % pieces.Length]);
            var piece = rest[..take];
            rest = rest[take..];
            FrameStatus status;
            while ((status = reader.Read(ref piece, out var payload)) == FrameStatus.Complete)
            {
                Invariant.Holds(payload.Length <= StreamFrame.MaxPayloadLength);
                frames.Write(written[..StreamFrame.Write(payload, written)]);
            }
            if (status == FrameStatus.TooLong) return (frames.ToArray(), true);
            Invariant.Holds(piece.IsEmpty && reader.KeptLength < StreamFrame.MaxLength);
        }
        return (frames.ToArray(), false);
    }

    private static void CheckWritten(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > StreamFrame.MaxPayloadLength) return;
        Span<byte> frame = stackalloc byte[StreamFrame.MaxLength];
        var written = frame[..StreamFrame.Write(payload, frame)];
        Invariant.Equal(FrameStatus.Complete, new FrameReader().Read(ref written, out var read));
        Invariant.Holds(read.SequenceEqual(payload) && written.IsEmpty);
    }
}
