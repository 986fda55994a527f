using System.Net;
using Parley.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net;

/// <summary>
/// One named thread with one UDP socket, perhaps TCP connections, and one <see cref="IShardHandler"/>: receive a batch, hand each
/// datagram to the handler, poll what it wants to send, send a batch, wait: for the next packet, or, when many come, for the next tick
/// (<see cref="Cadence"/>). A handler never leaves its shard, so nothing it owns needs a lock.
/// </summary>
public sealed class Shard : IShardInbox, IDisposable
{
    /// <summary>The longest datagram received or sent, in bytes: Ethernet's MTU.</summary>
    public const int MaxDatagramSize = 1500;

    /// <summary>How long datagrams wait for room in the socket's send buffer before they are dropped: later they are of no use.</summary>
    public static readonly TimeSpan SendPatience = TimeSpan.FromMilliseconds(100);

    /// <summary>Media waits no longer for others: a playout buffer does not notice. (docs/design/net.md)</summary>
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(4);

    // Bounds on one round, so that no kind of work starves another.
    private const int MaxPostsPerRound = 256;
    private const int MaxReceiveBatchesPerRound = 4;
    private const int MailboxCapacity = 256;

    // With fewer datagrams there is little to fetch at the same time; more fetch what others will push out again before it is used.
    private const int LeastToAnticipate = 3;
    private const int MostAnticipated = 32;

    private readonly IDatagramPort _port;
    private readonly MonotonicClock _clock;
    private readonly Thread _thread;
    private readonly WorkQueue<object> _posts;
    private readonly Cadence _cadence = new(Cadence.DefaultTick, LongestTick);
    private readonly TransportAddress[] _sources = new TransportAddress[MostAnticipated];
    private readonly DatagramMailbox _mailbox = new(MailboxCapacity);
    private IShardHandler _handler = null!;
    private TcpPort? _tcp;
    private bool _hasWaited;
    private Instant _blockedSince = Instant.Never;
    private volatile bool _isStopping;

    internal Shard(int index, IDatagramPort port, MonotonicClock clock, int postCapacity)
    {
        Index = index;
        _port = port;
        _clock = clock;
        _posts = new WorkQueue<object>(postCapacity);
        _thread = new Thread(Run) { Name = $"parley-shard-{index}", IsBackground = true };
    }

    /// <summary>0, 1, 2, … in its group.</summary>
    public int Index { get; }

    public IPEndPoint LocalEndPoint => _port.LocalAddress.ToEndPoint();

    public CounterTable<ShardCounter> Counters { get; } = new();

    /// <summary>Datagrams that the kernel dropped because this thread did not take them in time.</summary>
    public long KernelDrops => _port.KernelDrops;

    /// <summary>Posts and handed-over datagrams that were refused because their queue was full.</summary>
    public long RefusedPosts => _posts.Refused + _mailbox.Refused;

    /// <summary>For the handler: the TCP connections that its datagrams come from.</summary>
    public IShardConnections Connections => _tcp ?? _port.Clients ?? NoConnections.Instance;

    /// <summary>Null without TCP.</summary>
    public CounterTable<TcpCounter>? TcpCounters => _tcp?.Counters;

    internal bool IsRelayed => _port.CarriesTcp;

    internal bool HasTcp => _tcp is not null;

    public bool IsCurrentThread => Thread.CurrentThread == _thread;

    /// <inheritdoc/>
    public bool TryPost(object work)
    {
        if (!_posts.TryEnqueue(work)) return false;
        _port.Wake();
        return true;
    }

    /// <inheritdoc/>
    public bool TryHandOver(in Datagram datagram)
    {
        if (!_mailbox.TryEnqueue(datagram.Payload, datagram.Source)) return false;
        _port.Wake();
        return true;
    }

    /// <summary>Stops the thread after its round and closes the socket. What is queued then is not handled.</summary>
    public void Dispose()
    {
        if (IsCurrentThread) throw new InvalidOperationException("A shard cannot be disposed by its own thread.");
        _isStopping = true;
        _port.Wake();
        if (_thread.IsAlive) _thread.Join();
        _tcp?.Dispose();
        _port.Dispose();
    }

    /// <summary>Before <see cref="Start"/>.</summary>
    internal void AddTcp(TcpConfig config, TcpAdmission admission, ListeningSocket? listener)
    {
        _tcp = new TcpPort(config, admission, listener, _clock, HandleReceived, HandleDisconnected, SendAll);
        _port.Watched = _tcp.WaitHandle;
    }

    internal bool Owns(TcpPort port) => _tcp == port;

    /// <summary>Any thread: gives this shard a connection that another has let go of.</summary>
    internal bool TryBring(TcpConnection connection)
    {
        if (!_tcp!.TryBring(connection)) return false;
        _port.Wake();
        return true;
    }

    internal void Start(IShardHandler handler)
    {
        _handler = handler;
        _thread.Start();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            _cadence.BeginRound(Counters[ShardCounter.DatagramsReceived], _clock.Now);
            // Control first: it never waits behind media.
            var mayHaveMore = HandlePosts();
            mayHaveMore |= HandleMailbox();
            mayHaveMore |= HandleReceived();
            mayHaveMore |= HandleConnections();
            HandleTimeout();
            SendAll();
            if (!mayHaveMore && !_isStopping && !TryRest()) WaitForWork();
        }
    }

    private bool HandlePosts()
    {
        for (var i = 0; i < MaxPostsPerRound; i++)
        {
            if (!_posts.TryDequeue(out var work)) return false;
            try
            {
                _handler.HandlePosted(work, _clock.Now);
            }
            catch (Exception exception) when (Reported(exception))
            {
            }
        }
        return true;
    }

    private bool HandleMailbox()
    {
        for (var i = 0; i < MaxPostsPerRound && !_mailbox.IsEmpty; i++)
        {
            try
            {
                _handler.HandleHandedOver(_mailbox.Front, _clock.Now);
            }
            catch (Exception exception) when (Reported(exception))
            {
            }
            _mailbox.Release();
        }
        return !_mailbox.IsEmpty;
    }

    private bool HandleReceived()
    {
        for (var batch = 0; batch < MaxReceiveBatchesPerRound; batch++)
        {
            var count = _port.Receive(Counters);
            if (count == 0) return false;
            Counters.Increment(ShardCounter.ReceiveBatches);
            var now = _clock.Now;
            for (var first = 0; first < count; first += MostAnticipated)
            {
                var end = Math.Min(first + MostAnticipated, count);
                Anticipate(first, end);
                for (var i = first; i < end; i++) HandleReceived(_port.Received(i), now);
            }
            SendAll();
            if (!_port.MayHaveMore) return false;
        }
        return true;
    }

    private void Anticipate(int first, int end)
    {
        if (end - first < LeastToAnticipate) return;
        for (var i = first; i < end; i++) _sources[i - first] = _port.Received(i).Source;
        try
        {
            _handler.Anticipate(_sources.AsSpan(0, end - first));
        }
        catch (Exception exception) when (Reported(exception))
        {
        }
    }

    private bool HandleConnections()
    {
        // Who has just waited knows whether there is something.
        var isReady = !_hasWaited || _port.IsWatchedReady;
        _hasWaited = false;
        return _tcp is not null && _tcp.Receive(isReady, _clock.Now);
    }

    private void HandleReceived(in Datagram datagram, Instant now)
    {
        if (datagram.Payload.IsEmpty)
        {
            // Nothing that we speak fits into no bytes; a port gives none for a datagram that was cut.
            Counters.Increment(ShardCounter.ReceivedTooLong);
            return;
        }
        Counters.Increment(ShardCounter.DatagramsReceived);
        Counters.Add(ShardCounter.BytesReceived, datagram.Payload.Length);
        try
        {
            _handler.HandleDatagram(datagram, now);
        }
        catch (Exception exception) when (Reported(exception))
        {
        }
    }

    private void HandleDisconnected(TransportAddress connection)
    {
        try
        {
            _handler.HandleDisconnected(connection);
        }
        catch (Exception exception) when (Reported(exception))
        {
        }
    }

    private void HandleTimeout()
    {
        try
        {
            var now = _clock.Now;
            if (_tcp is not null && _tcp.NextDeadline <= now) _tcp.HandleTimeout(now);
            if (_handler.NextDeadline.IsDue(now)) _handler.HandleTimeout(now);
        }
        catch (Exception exception) when (Reported(exception))
        {
        }
    }

    /// <summary>Polls and sends until the handler has nothing more or the socket has no room.</summary>
    private void SendAll()
    {
        if (_port.Unsent > 0 && !TryFlush()) return;
        try
        {
            while (true)
            {
                var slot = _port.SendSlot;
                if (slot.IsEmpty)
                {
                    if (!TryFlush()) return;
                    continue;
                }
                if (!_handler.TryPollTransmit(slot, out var transmit)) break;
                if (transmit.Destination.Protocol == TransportProtocol.Udp || _port.CarriesTcp) _port.Enqueue(transmit);
                else if (_tcp is not null) _tcp.Send(slot[..transmit.Length], transmit.Destination);
                else Counters.Increment(ShardCounter.SendUnreachable);
            }
        }
        catch (Exception exception) when (Reported(exception))
        {
        }
        TryFlush();
    }

    private bool TryFlush()
    {
        if (_port.TryFlush(Counters))
        {
            _blockedSince = Instant.Never;
            return true;
        }
        var now = _clock.Now;
        if (_blockedSince.IsNever) _blockedSince = now;
        if (now - _blockedSince < SendPatience) return false;
        Counters.Add(ShardCounter.SendExpired, _port.Unsent);
        _port.DropUnsent();
        _blockedSince = Instant.Never;
        return true;
    }

    /// <summary>A busy shard sleeps until its next tick, whatever arrives and whatever is due by then; only posts and hand-overs end it.</summary>
    private bool TryRest()
    {
        if (!_cadence.IsBusy || _port.Unsent > 0) return false;
        _cadence.IsHurried = _handler.IsHurried(_clock.Now);
        var rest = _cadence.NextRound - _clock.Now;
        if (rest > TimeSpan.Zero)
        {
            _port.Rest(rest);
            Counters.Increment(ShardCounter.Ticks);
        }
        return true;
    }

    private void WaitForWork()
    {
        var isBlocked = _port.Unsent > 0;
        var until = _handler.NextDeadline.At;
        if (isBlocked) until = Instant.Earlier(until, _blockedSince + SendPatience);
        if (_tcp is not null) until = Instant.Earlier(until, _tcp.NextDeadline);
        var wait = until.IsNever ? Timeout.InfiniteTimeSpan : until - _clock.Now;
        if (!until.IsNever && wait <= TimeSpan.Zero) return;
        _port.Wait(wait, isBlocked);
        _hasWaited = true;
        Counters.Increment(ShardCounter.Wakeups);
    }

    /// <summary>A fault of one machine must not end the others that live on this thread.</summary>
    private bool Reported(Exception exception)
    {
        Counters.Increment(ShardCounter.HandlerFaults);
        _handler.HandleFault(exception);
        return true;
    }
}
