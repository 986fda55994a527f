using System.Buffers.Binary;

namespace Parley.Rtc.Rtp.Feedback;

/// <summary>
/// When the remote's packets came, by transport-wide sequence number, until the remote is told. A packet that comes after it was
/// reported as missing is not reported again. Bounded; allocates nothing after construction.
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3)
/// </summary>
internal sealed class TransportArrivals
{
    /// <summary>Bytes of the longest feedback after the two SSRCs: head, chunks of seven, deltas, padding.</summary>
    public const int MaxLength = 8 + 2 * (Capacity / 7 + 1) + 2 * Capacity + 3;

    /// <summary>Packets remembered, a power of two: 2.5 s of packets of 20 ms.</summary>
    private const int Capacity = 128;

    private readonly long[] _arrivals = new long[Capacity]; // ticks + 1; 0 for none
    private SeqNoUnwrapper _unwrapper;
    private bool _hasStarted;
    private long _next;
    private long _highest;
    private byte _feedbackCount;

    /// <summary>Something came that the remote was not told of.</summary>
    public bool HasNews { get; private set; }

    public void Add(ushort sequence, Instant arrival)
    {
        var extended = _unwrapper.Unwrap(new SeqNo(sequence));
        if (!_hasStarted)
        {
            _hasStarted = true;
            _next = extended;
            _highest = extended - 1;
        }
        if (extended < _next) return;
        _highest = Math.Max(_highest, extended - Capacity);
        while (_highest < extended) _arrivals[++_highest & (Capacity - 1)] = 0;
        _next = Math.Max(_next, _highest - Capacity + 1);
        if (extended < _next) return;
        _arrivals[extended & (Capacity - 1)] = arrival.Ticks + 1;
        HasNews = true;
    }

    /// <summary>
    /// Writes what is new, from the packet count field on: <paramref name="destination"/> begins at the base sequence number. Returns the
    /// bytes written, without padding; 0 when there is nothing new.
    /// </summary>
    public int Write(Span<byte> destination)
    {
        HasNews = false;
        // What is missing at the start may still come; what counts is that something came.
        if (!TryFindFirst(out var first)) return 0;
        Span<byte> symbols = stackalloc byte[Capacity];
        Span<byte> deltas = stackalloc byte[2 * Capacity];
        var reference = Math.DivRem(first, TransportFeedbackReader.ReferenceTicks).Quotient;
        var time = reference * TransportFeedbackReader.ReferenceTicks;
        var (count, deltaLength, sequence) = (0, 0, _next);
        for (; sequence <= _highest; sequence++)
        {
            var arrival = _arrivals[sequence & (Capacity - 1)];
            if (arrival == 0)
            {
                symbols[count++] = 0;
                continue;
            }
            var delta = (long)Math.Round((arrival - 1 - time) / (double)TransportFeedbackReader.DeltaTicks);
            // Two bytes hold 8 s. What does not fit is for the next feedback, with a reference of its own.
            if (delta is < short.MinValue or > short.MaxValue)
            {
                HasNews = true;
                break;
            }
            time += delta * TransportFeedbackReader.DeltaTicks;
            if (delta is >= 0 and <= byte.MaxValue)
            {
                symbols[count++] = 1;
                deltas[deltaLength++] = (byte)delta;
            }
            else
            {
                symbols[count++] = 2;
                BinaryPrimitives.WriteInt16BigEndian(deltas[deltaLength..], (short)delta);
                deltaLength += 2;
            }
        }
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)_next);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)count);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], (int)reference << 8);
        destination[7] = _feedbackCount++;
        var length = 8 + WriteChunks(symbols[..count], destination[8..]);
        deltas[..deltaLength].CopyTo(destination[length..]);
        _next = sequence;
        return length + deltaLength;
    }

    private bool TryFindFirst(out long ticks)
    {
        for (var sequence = _next; sequence <= _highest; sequence++)
            if (_arrivals[sequence & (Capacity - 1)] is > 0 and var arrival)
            {
                ticks = arrival - 1;
                return true;
            }
        ticks = 0;
        return false;
    }

    /// <summary>A run of one symbol where it is longer than a vector, vectors of seven two-bit symbols elsewhere.</summary>
    private static int WriteChunks(ReadOnlySpan<byte> symbols, Span<byte> destination)
    {
        var length = 0;
        while (!symbols.IsEmpty)
        {
            var run = symbols.IndexOfAnyExcept(symbols[0]) is >= 0 and var end ? end : symbols.Length;
            var taken = run >= 7 ? run : Math.Min(7, symbols.Length);
            var chunk = run >= 7 ? symbols[0] << 13 | run : 0xC000;
            if (run < 7)
                for (var i = 0; i < taken; i++) chunk |= symbols[i] << (12 - 2 * i);
            BinaryPrimitives.WriteUInt16BigEndian(destination[length..], (ushort)chunk);
            length += 2;
            symbols = symbols[taken..];
        }
        return length;
    }
}
