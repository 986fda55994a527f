namespace Parley;

/// <summary>
/// Byte arrays that a machine needs for a moment and not while it is idle, so that many machines on a thread share a few.
/// Lengths are powers of two. Every thread keeps its own, without locks; an array may be returned on another thread than it was
/// rented on. What is not returned is garbage like any other. Contents are not cleared: renters write before they read.
/// </summary>
public static class BufferPool
{
    /// <summary>The shortest array, in bytes: any datagram fits.</summary>
    public const int SmallestLength = 2048;

    /// <summary>Longer arrays are made when they are asked for and are not kept.</summary>
    public const int LargestKeptLength = 64 * 1024;

    /// <summary>Bytes kept of each length and thread.</summary>
    private const int KeptBytes = 256 * 1024;

    private const int SmallestExponent = 11;

    [ThreadStatic]
    private static Shelf[]? shelves;

    /// <summary>An array of at least <paramref name="length"/> bytes, and of the next power of two exactly.</summary>
    public static byte[] Rent(int length)
    {
        var rounded = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, SmallestLength));
        return rounded <= LargestKeptLength && ShelfOf(rounded).TryTake() is { } kept ? kept : new byte[rounded];
    }

    /// <summary>Gives back what <see cref="Rent"/> gave; the caller forgets it.</summary>
    public static void Return(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        if (buffer.Length is >= SmallestLength and <= LargestKeptLength) ShelfOf(buffer.Length).Put(buffer);
    }

    private static Shelf ShelfOf(int length)
    {
        shelves ??= MakeShelves();
        return shelves[System.Numerics.BitOperations.Log2((uint)length) - SmallestExponent];
    }

    private static Shelf[] MakeShelves()
    {
        var made = new List<Shelf>();
        for (var length = SmallestLength; length <= LargestKeptLength; length *= 2) made.Add(new Shelf(KeptBytes / length));
        return [.. made];
    }

    /// <summary>Arrays of one length.</summary>
    private sealed class Shelf(int capacity)
    {
        private readonly byte[]?[] _buffers = new byte[capacity][];
        private int _count;

        public byte[]? TryTake()
        {
            if (_count == 0) return null;
            var buffer = _buffers[--_count];
            _buffers[_count] = null;
            return buffer;
        }

        public void Put(byte[] buffer)
        {
            if (_count < _buffers.Length) _buffers[_count++] = buffer;
        }
    }
}
