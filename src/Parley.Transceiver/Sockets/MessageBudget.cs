namespace Parley.Transceiver.Sockets;

/// <summary>Bounds the memory that long messages of all clients together may take. Thread-safe.</summary>
internal sealed class MessageBudget(long maxBytes)
{
    /// <summary>Buffers up to so many bytes are not counted: the number of connections bounds them.</summary>
    public const int FreeLength = 64 * 1024;

    private long _bytes;

    /// <summary>A buffer grows from one length to another; false when there is no room for that.</summary>
    public bool TryGrow(int from, int to)
    {
        var growth = Counted(to) - Counted(from);
        if (Interlocked.Add(ref _bytes, growth) <= maxBytes) return true;
        Interlocked.Add(ref _bytes, -growth);
        return false;
    }

    public void Return(int length) => Interlocked.Add(ref _bytes, -Counted(length));

    private static long Counted(int length) => length > FreeLength ? length : 0;
}
