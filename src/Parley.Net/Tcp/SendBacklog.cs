namespace Parley.Net.Tcp;

/// <summary>Bytes of frames that wait for room in a connection's socket: bounded, in order, and a frame is taken whole or not at all.</summary>
internal sealed class SendBacklog
{
    /// <summary>The most that waits for one connection, in bytes.</summary>
    public const int Capacity = 32 * 1024;

    /// <summary>
    /// Media is only appended up to here: about a second of speech, which is late as it is. The rest of the room is for checks,
    /// handshakes and the data channel.
    /// </summary>
    public const int MediaCapacity = 8 * 1024;

    private const int FirstLength = 4 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public int Length => _end - _start;

    /// <summary>What waits, oldest first.</summary>
    public ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_start, Length);

    /// <param name="limit">The most that may wait with it.</param>
    public bool TryAppend(ReadOnlySpan<byte> frame, int limit)
    {
        if (Length + frame.Length > limit) return false;
        MakeRoom(frame.Length);
        frame.CopyTo(_bytes.AsSpan(_end));
        _end += frame.Length;
        return true;
    }

    /// <summary>The socket took so many bytes.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (IsEmpty) _start = _end = 0;
    }

    private void MakeRoom(int count)
    {
        if (_end + count <= _bytes.Length) return;
        var waiting = Waiting;
        var bytes = _bytes;
        if (waiting.Length + count > bytes.Length)
            bytes = new byte[Math.Min(Capacity, Math.Max(FirstLength, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(waiting.Length + count))))];
        waiting.CopyTo(bytes);
        (_bytes, _start, _end) = (bytes, 0, waiting.Length);
    }
}
