using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Parley.Net;

/// <summary>
/// A bounded queue, many producers, one consumer, no locks: each cell carries a turn number that says whether it is free
/// for the producer of that turn or filled for the consumer of that turn (D. Vyukov's bounded queue). A full queue refuses.
/// </summary>
public sealed class WorkQueue<T>
{
    private readonly Cell[] _cells;
    private readonly int _mask;
    private PaddedIndex _tail;
    private PaddedIndex _head;
    private long _refused;

    /// <param name="capacity">A power of two.</param>
    public WorkQueue(int capacity)
    {
        if (capacity < 2 || (capacity & (capacity - 1)) != 0)
            throw new ArgumentException("The capacity must be a power of two.", nameof(capacity));
        _cells = new Cell[capacity];
        for (var i = 0; i < capacity; i++) _cells[i].Turn = i;
        _mask = capacity - 1;
    }

    /// <summary>How often <see cref="TryEnqueue"/> found the queue full.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Consumer's thread only.</summary>
    public bool IsEmpty => Volatile.Read(ref _cells[_head.Value & _mask].Turn) != _head.Value + 1;

    /// <summary>Any thread.</summary>
    public bool TryEnqueue(T item)
    {
        if (!TryReserve(out var turn)) return false;
        Slot(turn) = item;
        Publish(turn);
        return true;
    }

    /// <summary>Consumer's thread only.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        if (IsEmpty)
        {
            item = default;
            return false;
        }
        ref var slot = ref Front;
        item = slot!;
        slot = default;
        Release();
        return true;
    }

    /// <summary>Any thread: takes a cell to fill in place. It must be <see cref="Publish"/>ed.</summary>
    internal bool TryReserve(out long turn)
    {
        turn = Volatile.Read(ref _tail.Value);
        while (true)
        {
            var distance = Volatile.Read(ref _cells[turn & _mask].Turn) - turn;
            if (distance < 0)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }
            if (distance > 0)
            {
                turn = Volatile.Read(ref _tail.Value);
                continue;
            }
            var seen = Interlocked.CompareExchange(ref _tail.Value, turn + 1, turn);
            if (seen == turn) return true;
            turn = seen;
        }
    }

    internal ref T? Slot(long turn) => ref _cells[turn & _mask].Item;

    internal void Publish(long turn) => Volatile.Write(ref _cells[turn & _mask].Turn, turn + 1);

    /// <summary>Consumer's thread only, and only while not <see cref="IsEmpty"/>: the oldest cell, to be read in place.</summary>
    internal ref T? Front => ref _cells[_head.Value & _mask].Item;

    /// <summary>Frees the cell at the <see cref="Front"/>, whose content stays for the next producer to reuse.</summary>
    internal void Release()
    {
        Volatile.Write(ref _cells[_head.Value & _mask].Turn, _head.Value + _mask + 1);
        _head.Value++;
    }

    private struct Cell
    {
        public long Turn;
        public T? Item;
    }
}

/// <summary>An index alone on its cache line, so that producers and the consumer do not slow each other down.</summary>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal struct PaddedIndex
{
    [FieldOffset(64)]
    public long Value;
}
