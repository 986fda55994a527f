namespace Parley.Net;

/// <summary>
/// A bounded queue of datagrams between shards. Bytes are copied into buffers that stay in the queue's cells: many
/// producers, one consumer, no locks, and no allocation once each cell has its buffer. A full mailbox refuses.
/// </summary>
internal sealed class DatagramMailbox(int capacity)
{
    private readonly WorkQueue<Letter> _letters = new(capacity);

    public long Refused => _letters.Refused;

    /// <summary>Consumer's thread only.</summary>
    public bool IsEmpty => _letters.IsEmpty;

    /// <summary>Any thread.</summary>
    public bool TryEnqueue(ReadOnlySpan<byte> payload, TransportAddress source)
    {
        if (payload.Length > Shard.MaxDatagramSize || !_letters.TryReserve(out var turn)) return false;
        ref var letter = ref _letters.Slot(turn);
        letter.Buffer ??= new byte[Shard.MaxDatagramSize];
        payload.CopyTo(letter.Buffer);
        letter.Length = payload.Length;
        letter.Source = source;
        _letters.Publish(turn);
        return true;
    }

    /// <summary>Consumer's thread only, and only while not <see cref="IsEmpty"/>; valid until <see cref="Release"/>.</summary>
    public Datagram Front => new(_letters.Front.Buffer.AsSpan(0, _letters.Front.Length), _letters.Front.Source);

    public void Release() => _letters.Release();

    private struct Letter
    {
        public byte[]? Buffer;
        public int Length;
        public TransportAddress Source;
    }
}
