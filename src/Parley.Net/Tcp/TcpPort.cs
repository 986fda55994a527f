using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Parley.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Tcp;

/// <summary>
/// The TCP connections of one shard, behind one epoll descriptor: accepts, reads, frames, sends, and closes what misbehaves. Never
/// waits, so that no peer can delay another; everything it holds for a peer is bounded (docs/design/net.md). Linux only.
/// </summary>
internal sealed unsafe class TcpPort : IShardConnections, IDisposable
{
    // Bounds on one round, so that no kind of work starves another.
    private const int ReadSize = 4096;
    private const int MaxAccepts = 16;

    /// <summary>A client whose checks are good needs one; one whose call is being looked at by another shard, a few.</summary>
    private const int MaxUnprovenFrames = 32;

    private const int MaxArrivals = 64;
    private const ulong ListenerTag = ulong.MaxValue;

    private readonly TcpConfig _config;
    private readonly TcpAdmission _admission;
    private readonly ListeningSocket? _listener;
    private readonly MonotonicClock _clock;
    private readonly DatagramHandler _handler;
    private readonly Action _afterRead;
    private readonly Action<TransportAddress> _disconnected;
    private readonly Epoll _epoll = new();
    private readonly ConnectionTable _connections = new();
    private readonly WorkQueue<TcpConnection> _arrivals = new(MaxArrivals);
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(ReadSize);
    private readonly byte* _frame = (byte*)NativeMemory.Alloc(StreamFrame.MaxLength);
    private Instant _nextSweep = Instant.Never;
    private bool _acceptRests;
    private bool _isDisposed;
    private TcpConnection? _current;

    /// <param name="handler">Called on the shard's thread for each datagram.</param>
    /// <param name="disconnected">Called when a connection is gone.</param>
    /// <param name="afterRead">Called after the datagrams of one connection, so that the answers of one do not wait for all.</param>
    public TcpPort(
        TcpConfig config, TcpAdmission admission, ListeningSocket? listener, MonotonicClock clock, DatagramHandler handler,
        Action<TransportAddress> disconnected, Action afterRead)
    {
        _config = config;
        _admission = admission;
        _listener = listener;
        _clock = clock;
        _handler = handler;
        _disconnected = disconnected;
        _afterRead = afterRead;
        ListenAgain();
    }

    public CounterTable<TcpCounter> Counters { get; } = new();

    /// <summary>Readable while <see cref="Receive"/> would find something.</summary>
    public int WaitHandle => _epoll.Number;

    /// <summary>When <see cref="HandleTimeout"/> has something to look after.</summary>
    public Instant NextDeadline => _nextSweep;

    /// <summary>Accepts and reads, bounded; true when more may be there.</summary>
    /// <param name="isReady">False: nobody has seen <see cref="WaitHandle"/> readable.</param>
    public bool Receive(bool isReady, Instant now)
    {
        while (_arrivals.TryDequeue(out var arrival)) TakeIn(arrival, now);
        if (!isReady) return false;
        var count = _epoll.Poll();
        for (var i = 0; i < count; i++)
        {
            var tag = _epoll.TagOf(i);
            if (tag == ListenerTag) AcceptAll(now);
            // Whoever was closed a moment ago in this round has events left.
            else if (_connections.TryFind(tag, out var connection)) Handle(connection, _epoll.IsReadable(i), _epoll.IsWritable(i), now);
        }
        return count == Epoll.BatchSize;
    }

    public void Send(ReadOnlySpan<byte> packet, TransportAddress destination)
    {
        if (!_connections.TryFind(destination, out var connection) && !TryConnect(destination, out connection))
        {
            Counters.Increment(TcpCounter.NoConnection);
            return;
        }
        if (connection.State == TcpConnectionState.Closing)
        {
            Counters.Increment(TcpCounter.NoConnection);
            return;
        }
        var length = StreamFrame.Write(packet, new Span<byte>(_frame, StreamFrame.MaxLength));
        var wasBlocked = !connection.Backlog.IsEmpty;
        switch (connection.Send(_frame, length, IsMedia(packet), _clock.Now))
        {
            case FrameOutcome.Sent:
                Counters.Increment(TcpCounter.FramesSent);
                break;
            case FrameOutcome.Waits:
                Counters.Increment(TcpCounter.FramesSent);
                Counters.Increment(TcpCounter.FramesDelayed);
                if (!wasBlocked) Watch(connection);
                break;
            case FrameOutcome.Dropped:
                Counters.Increment(TcpCounter.BacklogFull);
                break;
            case FrameOutcome.Broken:
                Close(connection, TcpCounter.ClosedBroken);
                break;
        }
    }

    /// <summary>Closes whoever has had his time.</summary>
    public void HandleTimeout(Instant now)
    {
        ListenAgain();
        foreach (var connection in _connections.Places)
        {
            if (connection is null) continue;
            if (now >= connection.ClosesAt) Close(connection, TcpCounter.ClosedWithCall);
            else if (connection.State == TcpConnectionState.Connecting && now - connection.OpenedAt >= _config.UnprovenTime)
                Close(connection, TcpCounter.ConnectFailed);
            else if (!connection.BlockedSince.IsNever && now - connection.BlockedSince >= _config.StuckTime)
                Close(connection, TcpCounter.ClosedStuck);
            else if (!connection.IsProven && now - connection.OpenedAt >= _config.UnprovenTime)
                Close(connection, TcpCounter.ClosedUnproven);
            else if (now - connection.LastFrameAt >= _config.IdleTime)
                Close(connection, TcpCounter.ClosedIdle);
        }
        _nextSweep = _connections.Count > 0 || _acceptRests ? now + _config.SweepPeriod : Instant.Never;
    }

    public void Keep(TransportAddress connection)
    {
        if (_connections.TryFind(connection, out var found)) _connections.MarkProven(found);
    }

    public bool TryMove(TransportAddress connection, IShardInbox owner)
    {
        if (_current is null || _current.Remote != connection || owner is not Shard { HasTcp: true } shard || shard.Owns(this)) return false;
        _current.MovesTo = shard;
        return true;
    }

    public void Close(TransportAddress connection)
    {
        if (!_connections.TryFind(connection, out var found) || found.State == TcpConnectionState.Closing) return;
        if (found.State == TcpConnectionState.Connecting)
        {
            Close(found, TcpCounter.ClosedWithCall);
            return;
        }
        found.State = TcpConnectionState.Closing;
        found.ClosesAt = _clock.Now + _config.ClosingTime;
        // The peer closes when it has read to the end. Closing first, with something of his unread, would throw away what he has not read.
        if (found.Backlog.IsEmpty) found.EndSending();
    }

    /// <summary>Any thread: gives a connection that another shard has let go of.</summary>
    public bool TryBring(TcpConnection connection) => _arrivals.TryEnqueue(connection);

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        foreach (var connection in _connections.Places) connection?.Close(hard: false);
        while (_arrivals.TryDequeue(out var arrival)) arrival.Close(hard: true);
        _epoll.Dispose();
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_frame);
    }

    private void AcceptAll(Instant now)
    {
        for (var i = 0; i < MaxAccepts; i++)
        {
            var file = _listener!.TryAccept(out var remote, out var isExhausted);
            if (file is null)
            {
                if (isExhausted) RestFromAccepting(now);
                return;
            }
            var connection = new TcpConnection(file, remote, TcpConnectionState.Open, now);
            if (!TryEnter(remote, out var refusal))
            {
                Counters.Increment(refusal);
                connection.Close(hard: true);
                continue;
            }
            Counters.Increment(TcpCounter.Accepted);
            if (_connections.UnprovenCount >= _config.MaxUnproven) TryEvict();
            TakeIn(connection, now);
        }
    }

    private bool TryEnter(TransportAddress remote, out TcpCounter refusal) =>
        _admission.TryEnter(remote, out refusal)
        || (refusal == TcpCounter.RefusedTooMany && TryEvict() && _admission.TryEnter(remote, out refusal));

    private bool TryEvict()
    {
        if (_connections.OldestUnproven is not { } oldest) return false;
        Close(oldest, TcpCounter.ClosedEvicted);
        return true;
    }

    /// <summary>A listener that cannot be served would wake this thread without end.</summary>
    private void RestFromAccepting(Instant now)
    {
        Counters.Increment(TcpCounter.AcceptFailed);
        _epoll.Remove(_listener!.Number);
        _acceptRests = true;
        _nextSweep = Instant.Earlier(_nextSweep, now + _config.SweepPeriod);
    }

    private void ListenAgain()
    {
        if (_listener is null) return;
        _epoll.TryAdd(_listener.Number, EPOLLIN, ListenerTag);
        _acceptRests = false;
    }

    private bool TryConnect(TransportAddress remote, [NotNullWhen(true)] out TcpConnection? connection)
    {
        connection = null;
        if (_config.Listen is not null || !_admission.TryEnter(remote, out _)) return false;
        if (StreamSocket.TryConnect(remote) is not { } file)
        {
            Counters.Increment(TcpCounter.ConnectFailed);
            _admission.Leave(remote);
            return false;
        }
        var now = _clock.Now;
        connection = new TcpConnection(file, remote, TcpConnectionState.Connecting, now) { IsProven = true };
        TakeIn(connection, now);
        return true;
    }

    private void TakeIn(TcpConnection connection, Instant now)
    {
        if (_connections.TryFind(connection.Remote, out var known)) Close(known, TcpCounter.ClosedReplaced);
        _connections.Add(connection);
        _epoll.TryAdd(connection.Number, Wanted(connection), connection.Tag);
        if (_nextSweep.IsNever) _nextSweep = now + _config.SweepPeriod;
        if (connection.Carried.Length == 0) return;
        var carried = connection.Carried;
        connection.Carried = [];
        Deliver(connection, carried, now);
    }

    private void Handle(TcpConnection connection, bool isReadable, bool isWritable, Instant now)
    {
        if (connection.State == TcpConnectionState.Connecting)
        {
            if (!connection.TryFinishConnecting())
            {
                Close(connection, TcpCounter.ConnectFailed);
                return;
            }
            Counters.Increment(TcpCounter.Connected);
            isWritable = true;
        }
        if (isWritable && !Flush(connection, now)) return;
        if (isReadable) Read(connection, now);
    }

    private bool Flush(TcpConnection connection, Instant now)
    {
        if (!connection.TryFlush(now))
        {
            Close(connection, TcpCounter.ClosedBroken);
            return false;
        }
        if (!connection.Backlog.IsEmpty) return true;
        Watch(connection);
        if (connection.State == TcpConnectionState.Closing) connection.EndSending();
        return true;
    }

    private void Read(TcpConnection connection, Instant now)
    {
        var length = connection.Receive(_buffer, ReadSize, out var isBroken);
        if (isBroken) Close(connection, TcpCounter.ClosedBroken);
        else if (length == 0) Close(connection, connection.State == TcpConnectionState.Closing ? TcpCounter.ClosedWithCall : TcpCounter.ClosedByPeer);
        else if (length > 0) Deliver(connection, new Span<byte>(_buffer, length), now);
    }

    private void Deliver(TcpConnection connection, Span<byte> bytes, Instant now)
    {
        _current = connection;
        while (connection.State == TcpConnectionState.Open && connection.Reader.Read(ref bytes, out var payload) is var status and not FrameStatus.NeedMore)
        {
            if (status == FrameStatus.TooLong)
            {
                Close(connection, TcpCounter.ClosedTooLong);
                break;
            }
            connection.LastFrameAt = now;
            if (!connection.IsProven && ++connection.UnprovenFrames > MaxUnprovenFrames)
            {
                Close(connection, TcpCounter.ClosedChattering);
                break;
            }
            if (payload.IsEmpty)
            {
                Counters.Increment(TcpCounter.EmptyFrames);
                continue;
            }
            Counters.Increment(TcpCounter.FramesReceived);
            _handler(new Datagram(payload, connection.Remote), now);
            if (connection.MovesTo is not { } owner || connection.State != TcpConnectionState.Open) continue;
            Move(connection, owner, payload, bytes);
            break;
        }
        _current = null;
        _afterRead();
    }

    private void Move(TcpConnection connection, Shard owner, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> rest)
    {
        connection.MovesTo = null;
        connection.Carried = new byte[StreamFrame.HeaderLength + payload.Length + rest.Length];
        var length = StreamFrame.Write(payload, connection.Carried);
        rest.CopyTo(connection.Carried.AsSpan(length));
        _epoll.Remove(connection.Number);
        _connections.Remove(connection);
        if (owner.TryBring(connection))
        {
            Counters.Increment(TcpCounter.Moved);
            return;
        }
        Counters.Increment(TcpCounter.MoveRefused);
        _admission.Leave(connection.Remote);
        connection.Close(hard: true);
    }

    private void Watch(TcpConnection connection) => _epoll.TryChange(connection.Number, Wanted(connection), connection.Tag);

    private static uint Wanted(TcpConnection connection) =>
        connection.State == TcpConnectionState.Connecting ? EPOLLOUT
        : connection.Backlog.IsEmpty ? EPOLLIN : EPOLLIN | EPOLLOUT;

    private void Close(TcpConnection connection, TcpCounter reason)
    {
        _connections.Remove(connection);
        _admission.Leave(connection.Remote);
        Counters.Increment(reason);
        // Closing takes it out of the epoll set, as no other descriptor leads to it. Whoever ends well is not reset.
        connection.Close(hard: reason is not (TcpCounter.ClosedByPeer or TcpCounter.ClosedWithCall));
        _disconnected(connection.Remote);
    }

    /// <summary>SRTP and SRTCP by their first byte. (RFC 7983 §7)</summary>
    private static bool IsMedia(ReadOnlySpan<byte> packet) => !packet.IsEmpty && packet[0] is >= 128 and <= 191;
}
