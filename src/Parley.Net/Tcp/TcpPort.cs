using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Parley.Net.Sockets;

namespace Parley.Net.Tcp;

/// <summary>
/// The TCP connections of one shard, behind one epoll descriptor: accepts, reads, frames, sends, and closes what misbehaves. Never
/// waits, so that no peer can delay another; everything it holds for a peer is bounded (docs/design/net.md). Linux only.
/// </summary>
internal sealed unsafe class TcpPort : IShardConnections, IDisposable
{
    /// <summary>Of one connection in one round, so that none starves another.</summary>
    private const int ReadSize = 4096;

    /// <summary>A client whose checks are good needs one; one whose call is being looked at by another shard, a few.</summary>
    private const int MaxUnprovenFrames = 32;

    private const int MaxArrivals = 64;

    private readonly TcpConfig _config;
    private readonly TcpAdmission _admission;
    private readonly ConnectionAcceptor? _acceptor;
    private readonly MonotonicClock _clock;
    private readonly DatagramHandler _handler;
    private readonly Action _afterRead;
    private readonly Epoll _epoll = new();
    private readonly ConnectionSet _connections;
    private readonly WorkQueue<TcpConnection> _arrivals = new(MaxArrivals);
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(ReadSize);
    private readonly byte* _frame = (byte*)NativeMemory.Alloc(StreamFrame.MaxLength);
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
        _clock = clock;
        _handler = handler;
        _afterRead = afterRead;
        _connections = new ConnectionSet(config, admission, _epoll, Counters, disconnected);
        if (listener is not null) _acceptor = new ConnectionAcceptor(listener, _epoll, _connections, Counters, config.SweepPeriod);
    }

    public CounterTable<TcpCounter> Counters { get; } = new();

    /// <summary>Readable while <see cref="Receive"/> would find something.</summary>
    public int WaitHandle => _epoll.Number;

    /// <summary>When <see cref="HandleTimeout"/> has something to look after.</summary>
    public Instant NextDeadline => _acceptor is null ? _connections.NextSweep : Instant.Earlier(_connections.NextSweep, _acceptor.RestsUntil);

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
            if (tag == ConnectionAcceptor.Tag) _acceptor!.AcceptAll(now);
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
                if (!wasBlocked) _connections.Watch(connection);
                break;
            case FrameOutcome.Dropped:
                Counters.Increment(TcpCounter.BacklogFull);
                break;
            case FrameOutcome.Broken:
                _connections.Close(connection, TcpCounter.ClosedBroken);
                break;
        }
    }

    /// <summary>Closes whoever has had his time, and accepts again if accepting rested.</summary>
    public void HandleTimeout(Instant now)
    {
        _acceptor?.Resume();
        _connections.Sweep(now);
    }

    public void Keep(TransportAddress connection) => _connections.Keep(connection);

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
            _connections.Close(found, TcpCounter.ClosedWithCall);
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
        _connections.CloseAll();
        while (_arrivals.TryDequeue(out var arrival)) arrival.Close(hard: true);
        _epoll.Dispose();
        NativeMemory.Free(_buffer);
        NativeMemory.Free(_frame);
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
        _connections.Add(connection, now);
        return true;
    }

    private void TakeIn(TcpConnection connection, Instant now)
    {
        _connections.Add(connection, now);
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
                _connections.Close(connection, TcpCounter.ConnectFailed);
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
            _connections.Close(connection, TcpCounter.ClosedBroken);
            return false;
        }
        if (!connection.Backlog.IsEmpty) return true;
        _connections.Watch(connection);
        if (connection.State == TcpConnectionState.Closing) connection.EndSending();
        return true;
    }

    private void Read(TcpConnection connection, Instant now)
    {
        var length = connection.Receive(_buffer, ReadSize, out var isBroken);
        if (isBroken) _connections.Close(connection, TcpCounter.ClosedBroken);
        else if (length == 0) _connections.Close(connection, connection.State == TcpConnectionState.Closing ? TcpCounter.ClosedWithCall : TcpCounter.ClosedByPeer);
        else if (length > 0) Deliver(connection, new Span<byte>(_buffer, length), now);
    }

    private void Deliver(TcpConnection connection, Span<byte> bytes, Instant now)
    {
        _current = connection;
        while (connection.State == TcpConnectionState.Open && connection.Reader.Read(ref bytes, out var payload) is var status and not FrameStatus.NeedMore)
        {
            if (status == FrameStatus.TooLong)
            {
                _connections.Close(connection, TcpCounter.ClosedTooLong);
                break;
            }
            connection.LastFrameAt = now;
            if (!connection.IsProven && ++connection.UnprovenFrames > MaxUnprovenFrames)
            {
                _connections.Close(connection, TcpCounter.ClosedChattering);
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
        _connections.LetGo(connection);
        if (owner.TryBring(connection))
        {
            Counters.Increment(TcpCounter.Moved);
            return;
        }
        Counters.Increment(TcpCounter.MoveRefused);
        _admission.Leave(connection.Remote);
        connection.Close(hard: true);
    }

    /// <summary>SRTP and SRTCP by their first byte. (RFC 7983 §7)</summary>
    private static bool IsMedia(ReadOnlySpan<byte> packet) => !packet.IsEmpty && packet[0] is >= 128 and <= 191;
}
