namespace Parley.Rtc.Sctp.Transmission;

/// <summary>
/// Bytes waiting to be acknowledged, first in first out, at positions that only grow. Memory follows the need and goes back to
/// the <see cref="BufferPool"/> when nothing waits.
/// </summary>
internal sealed class ByteRing(int capacity)
{
    private byte[] _buffer = [];
    private long _start;

    /// <summary>Where the next byte will be written.</summary>
    public long End { get; private set; }

    public int Count => (int)(End - _start);

    public bool HasRoomFor(int length) => Count + length <= capacity;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (Count + bytes.Length > _buffer.Length) Resize(Count + bytes.Length);
        CopyIn(bytes, End);
        End += bytes.Length;
    }

    public void CopyTo(long position, Span<byte> destination)
    {
        var (first, second) = Parts(position, destination.Length);
        first.CopyTo(destination);
        second.CopyTo(destination[first.Length..]);
    }

    /// <summary>Frees everything before <paramref name="position"/>.</summary>
    public void ReleaseTo(long position)
    {
        _start = position;
        if (Count > 0 || _buffer.Length == 0) return;
        BufferPool.Return(_buffer);
        _buffer = [];
    }

    private void Resize(int needed)
    {
        var larger = BufferPool.Rent(needed);
        var (first, second) = Parts(_start, Count);
        var old = _buffer;
        // The same position maps to another index in the larger buffer.
        _buffer = larger;
        CopyIn(first, _start);
        CopyIn(second, _start + first.Length);
        BufferPool.Return(old);
    }

    private void CopyIn(ReadOnlySpan<byte> source, long position)
    {
        var (first, second) = Parts(position, source.Length);
        source[..first.Length].CopyTo(first);
        source[first.Length..].CopyTo(second);
    }

    private Spans Parts(long position, int length)
    {
        if (length == 0) return default;
        var index = (int)(position & (_buffer.Length - 1));
        var first = Math.Min(length, _buffer.Length - index);
        return new Spans(_buffer.AsSpan(index, first), _buffer.AsSpan(0, length - first));
    }

    private readonly ref struct Spans(Span<byte> first, Span<byte> second)
    {
        private readonly Span<byte> _first = first;
        private readonly Span<byte> _second = second;

        public void Deconstruct(out Span<byte> first, out Span<byte> second)
        {
            first = _first;
            second = _second;
        }
    }
}
