using System.Net;
using System.Net.Sockets;

namespace Parley.Net.Sockets;

/// <summary>
/// Any system: one non-blocking <see cref="Socket"/>, and a second one on loopback to which <see cref="Wake"/> sends a
/// byte. One system call per datagram; one shard only, because no option to share a port is portable.
/// </summary>
internal sealed class SocketPort : IDatagramPort
{
    private const int BatchSize = 32;
    private const int SlotSize = 2048;
    private const int SocketBufferBytes = 4 << 20;

    private static readonly byte[] WakeByte = [1];

    private readonly Socket _socket;
    private readonly Socket _wake;
    private readonly EndPoint _wakeAddress;
    private readonly List<Socket> _readable = [];
    private readonly List<Socket> _writable = [];
    private readonly byte[] _wakeBuffer = new byte[16];
    private readonly byte[][] _received = Slots();
    private readonly int[] _lengths = new int[BatchSize];
    private readonly TransportAddress[] _sources = new TransportAddress[BatchSize];
    private readonly byte[][] _unsent = Slots();
    private readonly Transmit[] _transmits = new Transmit[BatchSize];
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private readonly bool _isIPv6;
    private int _wakeRequested;
    private int _firstUnsent;
    private int _sendEnd;

    public SocketPort(IPEndPoint local)
    {
        _isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        _wake = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            if (_isIPv6) _socket.DualMode = true;
            _socket.ReceiveBufferSize = SocketBufferBytes;
            _socket.SendBufferSize = SocketBufferBytes;
            _socket.Bind(local);
            LocalAddress = TransportAddress.From((IPEndPoint)_socket.LocalEndPoint!);
            _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _wakeAddress = _wake.LocalEndPoint!;
            _wake.Connect(_wakeAddress);
        }
        catch
        {
            _socket.Dispose();
            _wake.Dispose();
            throw;
        }
        _from = new SocketAddress(local.AddressFamily);
        _to = new SocketAddress(local.AddressFamily);
    }

    public TransportAddress LocalAddress { get; }

    public long KernelDrops => 0;

    public bool MayHaveMore { get; private set; }

    public int Watched
    {
        get => -1;
        set => throw new PlatformNotSupportedException("Only Linux can wait for TCP connections beside the UDP socket.");
    }

    public bool IsWatchedReady => false;

    public int Unsent => _sendEnd - _firstUnsent;

    public Span<byte> SendSlot => _sendEnd == BatchSize ? default : _unsent[_sendEnd].AsSpan(0, Shard.MaxDatagramSize);

    public void Wait(TimeSpan timeout, bool untilWritable)
    {
        _readable.Clear();
        _readable.Add(_socket);
        _readable.Add(_wake);
        _writable.Clear();
        if (untilWritable) _writable.Add(_socket);
        // Rounded up to a whole microsecond: never early.
        var limit = timeout < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout + TimeSpan.FromTicks(TimeSpan.TicksPerMicrosecond - 1);
        Socket.Select(_readable, _writable, null, limit);
        if (_readable.Contains(_wake)) TakeWake();
    }

    public void Rest(TimeSpan length)
    {
        _readable.Clear();
        _readable.Add(_wake);
        Socket.Select(_readable, null, null, length);
        if (_readable.Count > 0) TakeWake();
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeRequested, 1) != 0) return;
        try
        {
            _wake.Send(WakeByte, SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // The port was closed meanwhile: there is nobody left to wake.
        }
    }

    public int Receive(CounterTable<ShardCounter> counters)
    {
        var count = 0;
        for (var attempt = 0; attempt < BatchSize; attempt++)
        {
            try
            {
                if (!_socket.Poll(0, SelectMode.SelectRead)) break;
                _lengths[count] = _socket.ReceiveFrom(_received[count], SocketFlags.None, _from);
                _sources[count] = SockAddrOf(_from);
                count++;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                break;
            }
            catch (SocketException)
            {
                // Windows reports ICMP errors and datagrams that are too long here; neither belongs to a call.
                counters.Increment(ShardCounter.ReceiveFailed);
            }
        }
        MayHaveMore = count == BatchSize;
        return count;
    }

    public Datagram Received(int index)
    {
        var isWhole = _lengths[index] <= Shard.MaxDatagramSize;
        return new Datagram(isWhole ? _received[index].AsSpan(0, _lengths[index]) : default, _sources[index]);
    }

    public void Enqueue(in Transmit transmit) => _transmits[_sendEnd++] = transmit;

    public bool TryFlush(CounterTable<ShardCounter> counters)
    {
        while (Unsent > 0)
        {
            var transmit = _transmits[_firstUnsent];
            try
            {
                if (!TryWrite(transmit.Destination))
                {
                    counters.Increment(ShardCounter.SendUnreachable);
                    _firstUnsent++;
                    continue;
                }
                _socket.SendTo(_unsent[_firstUnsent].AsSpan(0, transmit.Length), SocketFlags.None, _to);
                counters.Increment(ShardCounter.SendBatches);
                counters.Increment(ShardCounter.DatagramsSent);
                counters.Add(ShardCounter.BytesSent, transmit.Length);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
            {
                counters.Increment(ShardCounter.SendBlocked);
                return false;
            }
            catch (SocketException exception)
            {
                counters.Increment(IsUnreachable(exception.SocketErrorCode) ? ShardCounter.SendUnreachable : ShardCounter.SendRefused);
            }
            _firstUnsent++;
        }
        DropUnsent();
        return true;
    }

    public void DropUnsent() => _firstUnsent = _sendEnd = 0;

    public void Dispose()
    {
        _socket.Dispose();
        _wake.Dispose();
    }

    private void TakeWake()
    {
        while (_wake.Receive(_wakeBuffer, SocketFlags.None, out var error) > 0 && error == SocketError.Success) { }
        // A full fence: whoever finds the flag still set posted before it fell, and the caller looks at its queues after this.
        Interlocked.Exchange(ref _wakeRequested, 0);
    }

    private static bool IsUnreachable(SocketError error) => error
        is SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown
        or SocketError.ConnectionRefused or SocketError.AddressFamilyNotSupported;

    private static byte[][] Slots() => [.. Enumerable.Range(0, BatchSize).Select(_ => new byte[SlotSize])];

    /// <summary>The two fields that follow the family are laid out alike everywhere; the family itself differs and stays as it was made.</summary>
    private static TransportAddress SockAddrOf(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetworkV6
            ? new TransportAddress(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), port)
            : TransportAddress.FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port);
    }

    private bool TryWrite(TransportAddress destination)
    {
        var bytes = _to.Buffer.Span;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], destination.Port);
        if (_isIPv6) System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], destination.Ip);
        else if (destination.IsIPv4) System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], destination.IPv4);
        else return false;
        return true;
    }
}
