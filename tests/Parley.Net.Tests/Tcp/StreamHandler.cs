using System.Collections.Concurrent;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

/// <summary>
/// Echoes each datagram with its shard's number put before it. The first byte of a datagram says what is wanted: 'k' keep the
/// connection, 'x' close it, 'm' move it to the shard whose number follows. What is posted is sent, if it is a <see cref="Burst"/>.
/// </summary>
internal sealed class StreamHandler(Shard shard, IReadOnlyList<Shard> shards) : IShardHandler
{
    private readonly DatagramQueue _queue = new(256, Shard.MaxDatagramSize);
    private Burst? _burst;
    private TransportAddress? _closes;

    public Deadline NextDeadline => Deadline.None;

    /// <summary>What came, and from where.</summary>
    public ConcurrentQueue<(byte[] Payload, TransportAddress Source)> Received { get; } = new();

    public Action? OnDatagram { get; init; }

    /// <summary>False: it only takes.</summary>
    public bool Answers { get; init; } = true;

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        var payload = datagram.Payload;
        if (payload[0] == 'm' && shard.Connections.TryMove(datagram.Source, shards[payload[1]])) return;
        if (payload[0] is (byte)'k' or (byte)'m') shard.Connections.Keep(datagram.Source);
        OnDatagram?.Invoke();
        if (OnDatagram is null) Received.Enqueue((payload.ToArray(), datagram.Source));
        if (!Answers) return;
        Span<byte> answer = stackalloc byte[Shard.MaxDatagramSize];
        answer[0] = (byte)shard.Index;
        payload[..^1].CopyTo(answer[1..]);
        _queue.TryEnqueue(answer[..payload.Length], datagram.Source);
        if (payload[0] == 'x') _closes = datagram.Source;
    }

    public void HandleHandedOver(in Datagram datagram, Instant now) => throw new InvalidOperationException("Connections move; their datagrams are not copied.");

    public void HandlePosted(object work, Instant now)
    {
        if (work is Burst burst) _burst = burst;
        else if (work is Action action) action();
    }

    public void HandleTimeout(Instant now)
    {
    }

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit)
    {
        if (_queue.TryDequeue(buffer, out transmit)) return true;
        if (_closes is { } closes) shard.Connections.Close(closes);
        _closes = null;
        if (_burst is not { Count: > 0 } burst)
        {
            _burst?.Done.TrySetResult();
            _burst = null;
            return false;
        }
        buffer[..burst.Length].Fill(burst.FirstByte);
        BitConverter.TryWriteBytes(buffer[1..], burst.Count);
        transmit = new Transmit(burst.Length, burst.Destination);
        burst.Count--;
        return true;
    }

    public void HandleFault(Exception exception) => throw exception;

    /// <summary>So many datagrams to one destination, each with a number that counts down.</summary>
    internal sealed class Burst(TransportAddress destination, int count, int length, byte firstByte = 0x80)
    {
        public TransportAddress Destination => destination;

        public int Count { get; set; } = count;

        public int Length => length;

        public byte FirstByte => firstByte;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
