namespace Parley.Rtc.Dtls;

/// <summary>
/// Copies of the last flight that was sent, to be sent one after the other when the peer stays silent. A copy differs from
/// the flight in its record sequence numbers only: a peer drops a record that it has seen, so a flight that arrived and whose
/// answer was lost must be repeated under new numbers. (RFC 6347 §4.1.2.6, §4.2.4)
/// </summary>
internal sealed class DtlsFlight
{
    /// <summary>
    /// Copies made of the client's flight with its Finished. Its answer is the last flight, which a server sends again only when it is asked anew. OpenSSL
    /// gives up at 12.
    /// </summary>
    public const int MaxCopies = 10;

    /// <summary>No further copy is begun beyond this many bytes.</summary>
    private const int MaxLength = 64 * 1024;

    private readonly List<(int Offset, int Length)> _datagrams = [];
    private readonly List<int> _copies = []; // index of each copy's first datagram
    private byte[] _bytes = [];
    private int _length;
    private int _next;

    public bool IsEmpty => _datagrams.Count == 0;

    /// <summary>
    /// The last flight but one needs copies under new numbers. The answer to any other is repeated by the peer's own timer, so the same bytes will do
    /// again and again.
    /// </summary>
    /// <param name="hasFinished">The flight holds our Finished.</param>
    public bool IsComplete(bool hasFinished) => _copies.Count >= (hasFinished ? MaxCopies : 1) || _length >= MaxLength;

    public void Clear()
    {
        _datagrams.Clear();
        _copies.Clear();
        _length = 0;
        _next = 0;
    }

    public void Release()
    {
        Clear();
        _datagrams.Capacity = _copies.Capacity = 0;
        _bytes = [];
    }

    public void BeginCopy() => _copies.Add(_datagrams.Count);

    /// <summary>Adds records to the copy begun last, in one datagram with those before as long as it fits.</summary>
    public void Append(ReadOnlySpan<byte> records, int maxDatagramLength)
    {
        if (_copies.Count == 0) return;
        if (_length + records.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + records.Length));
        records.CopyTo(_bytes.AsSpan(_length));
        if (_datagrams.Count > _copies[^1] && _datagrams[^1].Length + records.Length <= maxDatagramLength)
            _datagrams[^1] = _datagrams[^1] with { Length = _datagrams[^1].Length + records.Length };
        else
            _datagrams.Add((_length, records.Length));
        _length += records.Length;
    }

    /// <summary>Queues the next copy, the first one again after the last.</summary>
    public void Repeat(DatagramQueue queue)
    {
        if (_copies.Count == 0) return;
        var copy = _next++ % _copies.Count;
        var end = copy + 1 < _copies.Count ? _copies[copy + 1] : _datagrams.Count;
        for (var i = _copies[copy]; i < end; i++)
            queue.TryEnqueue(_bytes.AsSpan(_datagrams[i].Offset, _datagrams[i].Length), default);
    }
}
