namespace Parley.Rtc.Sctp.Receive;

/// <summary>Bytes kept in an arena: a chain of blocks. Chains are joined, appended to, read and freed through their arena.</summary>
internal readonly record struct BlockChain(int Head, int Tail, int Length)
{
    public static readonly BlockChain Empty = new(-1, -1, 0);
}

/// <summary>
/// Memory for received data: blocks of one size from segments that are rented on demand and given back when all is free. What a
/// peer can make us hold is bounded by <paramref name="capacity"/>, whatever the sizes and the order of its chunks.
/// </summary>
/// <param name="capacity">Bytes, rounded up to whole segments.</param>
internal sealed class BlockArena(int capacity)
{
    public const int BlockSize = 256;

    private const int BlocksPerSegment = BufferPool.SmallestLength / BlockSize;

    /// <summary>Bookkeeping for so many blocks is kept when all is free.</summary>
    private const int BlocksKeptWhenIdle = 64;

    private readonly List<byte[]> _segments = [];
    private readonly int _maxBlocks = (capacity + BlockSize * BlocksPerSegment - 1) / (BlockSize * BlocksPerSegment) * BlocksPerSegment;

    private int[] _next = [];
    private ushort[] _used = [];
    private int _freeHead = -1;
    private int _usedBlocks;

    public int FreeBlocks => _maxBlocks - _usedBlocks;

    /// <summary>Blocks that <see cref="Append"/> would take from the free ones.</summary>
    public int BlocksNeeded(in BlockChain chain, int length)
    {
        var beyondTail = length - (chain.Tail < 0 ? 0 : BlockSize - _used[chain.Tail]);
        return beyondTail <= 0 ? 0 : (beyondTail + BlockSize - 1) / BlockSize;
    }

    /// <summary>Adds bytes at a chain's end. The caller has checked that there are blocks enough.</summary>
    public void Append(ref BlockChain chain, ReadOnlySpan<byte> bytes)
    {
        var (head, tail) = (chain.Head, chain.Tail);
        var length = chain.Length + bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (tail < 0 || _used[tail] == BlockSize)
            {
                var block = Take();
                if (tail < 0) head = block;
                else _next[tail] = block;
                tail = block;
            }
            var room = Block(tail)[_used[tail]..];
            var take = Math.Min(room.Length, bytes.Length);
            bytes[..take].CopyTo(room);
            _used[tail] += (ushort)take;
            bytes = bytes[take..];
        }
        chain = new BlockChain(head, tail, length);
    }

    /// <summary>One chain of both; neither may be used any more.</summary>
    public BlockChain Join(in BlockChain first, in BlockChain second)
    {
        if (first.Tail < 0) return second;
        if (second.Head < 0) return first;
        _next[first.Tail] = second.Head;
        return new BlockChain(first.Head, second.Tail, first.Length + second.Length);
    }

    public void CopyTo(in BlockChain chain, Span<byte> destination)
    {
        for (var block = chain.Head; block >= 0; block = _next[block])
        {
            Block(block)[.._used[block]].CopyTo(destination);
            destination = destination[_used[block]..];
        }
    }

    public void Free(in BlockChain chain)
    {
        for (var block = chain.Head; block >= 0;)
        {
            var next = _next[block];
            _next[block] = _freeHead;
            _freeHead = block;
            _usedBlocks--;
            block = next;
        }
        if (_usedBlocks == 0) ReturnSegments();
    }

    private int Take()
    {
        if (_freeHead < 0) AddSegment();
        var block = _freeHead;
        _freeHead = _next[block];
        _next[block] = -1;
        _used[block] = 0;
        _usedBlocks++;
        return block;
    }

    private void AddSegment()
    {
        var first = _segments.Count * BlocksPerSegment;
        if (first >= _maxBlocks) throw new InvalidOperationException("The arena was asked for more than its capacity.");
        _segments.Add(BufferPool.Rent(BlockSize * BlocksPerSegment));
        if (first + BlocksPerSegment > _next.Length)
        {
            var blocks = Math.Max(first + BlocksPerSegment, 2 * _next.Length);
            Array.Resize(ref _next, blocks);
            Array.Resize(ref _used, blocks);
        }
        for (var i = first + BlocksPerSegment - 1; i >= first; i--)
        {
            _next[i] = _freeHead;
            _freeHead = i;
        }
    }

    private void ReturnSegments()
    {
        foreach (var segment in _segments) BufferPool.Return(segment);
        _segments.Clear();
        _freeHead = -1;
        if (_next.Length <= BlocksKeptWhenIdle) return;
        _segments.Capacity = 0;
        _next = [];
        _used = [];
    }

    private Span<byte> Block(int index) =>
        _segments[index / BlocksPerSegment].AsSpan(index % BlocksPerSegment * BlockSize, BlockSize);
}
