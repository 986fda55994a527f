using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Sockets;

/// <summary>
/// Linux: recvmmsg and sendmmsg over buffers outside the managed heap, ppoll for socket, wake-up (eventfd) and deadline.
/// ppoll's relative time-out is computed from an absolute deadline each time, so that a pacer does not drift, and the
/// thread's timer slack is taken down from 50 µs to 1 ns.
/// </summary>
internal sealed unsafe class MmsgPort : IDatagramPort
{
    private const int BatchSize = 64;
    private const int SlotSize = 2048;
    private const int SocketBufferBytes = 4 << 20;
    private const int MemInfoWords = 9, MemInfoDrops = 8;

    private readonly FileDescriptor _socket;
    private readonly FileDescriptor _wake;
    private readonly nint _socketNumber;
    private readonly nint _wakeNumber;
    private readonly bool _isIPv6;
    private readonly Batch* _receive;
    private readonly Batch* _send;
    private int _wakeRequested;
    private int _receivedCount = BatchSize;
    private int _firstUnsent;
    private int _sendEnd;
    private bool _slackIsSet;

    /// <param name="isShared">Other sockets of this process bind the same port, and the kernel spreads flows over them.</param>
    /// <param name="dontFragment"><see cref="LibC.DontFragment"/></param>
    public MmsgPort(IPEndPoint local, bool isShared, bool dontFragment)
    {
        _isIPv6 = local.AddressFamily == AddressFamily.InterNetworkV6;
        _socket = Socket(_isIPv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (_socket.IsInvalid) throw Failed("socket");
        _wake = EventFd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (_wake.IsInvalid)
        {
            _socket.Dispose();
            throw Failed("eventfd");
        }
        try
        {
            Configure(isShared);
            if (dontFragment) DontFragment(_socket, _isIPv6);
            BindTo(_socket, local);
            LocalAddress = LocalAddressOf(_socket);
        }
        catch
        {
            _socket.Dispose();
            _wake.Dispose();
            throw;
        }
        _socketNumber = _socket.DangerousGetHandle();
        _wakeNumber = _wake.DangerousGetHandle();
        _receive = Batch.Allocate();
        _send = Batch.Allocate();
    }

    public TransportAddress LocalAddress { get; }

    public bool MayHaveMore { get; private set; }

    public int Watched { get; set; } = -1;

    public bool IsWatchedReady { get; private set; }

    public int Unsent => _sendEnd - _firstUnsent;

    public Span<byte> SendSlot => _sendEnd == BatchSize ? default : new Span<byte>(_send->Slot(_sendEnd), Shard.MaxDatagramSize);

    public long KernelDrops
    {
        get
        {
            var words = stackalloc uint[MemInfoWords];
            uint length = MemInfoWords * sizeof(uint);
            var isKnown = !_socket.IsClosed && GetSockOpt(_socket, SOL_SOCKET, SO_MEMINFO, words, &length) == 0;
            return isKnown && length == MemInfoWords * sizeof(uint) ? words[MemInfoDrops] : 0;
        }
    }

    public void Wait(TimeSpan timeout, bool untilWritable)
    {
        TakeSlackDown();
        var files = stackalloc PollFd[3];
        files[0] = new PollFd { File = (int)_socketNumber, Events = (short)(untilWritable ? POLLIN | POLLOUT : POLLIN) };
        files[1] = new PollFd { File = (int)_wakeNumber, Events = POLLIN };
        files[2] = new PollFd { File = Watched, Events = POLLIN };
        var limit = ToTimeSpec(timeout);
        // EINTR and time-outs look alike to the caller: it checks everything after each wake-up.
        var ready = PPoll(files, 3, timeout < TimeSpan.Zero ? null : &limit, null);
        IsWatchedReady = ready > 0 && files[2].Returned != 0;
        if (ready > 0 && files[1].Returned != 0) TakeWake();
    }

    public void Rest(TimeSpan length)
    {
        TakeSlackDown();
        var wake = new PollFd { File = (int)_wakeNumber, Events = POLLIN };
        var limit = ToTimeSpec(length);
        if (PPoll(&wake, 1, &limit, null) > 0) TakeWake();
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeRequested, 1) != 0 || _wake.IsClosed) return;
        ulong one = 1;
        try
        {
            _ = Write(_wake, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The port was closed meanwhile: there is nobody left to wake.
        }
    }

    public int Receive(CounterTable<ShardCounter> counters)
    {
        // The kernel changed those that it filled the last time.
        for (var i = 0; i < _receivedCount; i++) _receive->PrepareToReceive(i);
        var count = RecvMMsg(_socketNumber, _receive->Messages, BatchSize, MSG_DONTWAIT, null);
        _receivedCount = Math.Max(0, count);
        MayHaveMore = count == BatchSize;
        if (count > 0) return count;
        // Pending ICMP errors surface here too; they belong to no call, so they are only counted.
        if (count < 0 && Marshal.GetLastPInvokeError() is not (EAGAIN or EINTR)) counters.Increment(ShardCounter.ReceiveFailed);
        return 0;
    }

    public Datagram Received(int index)
    {
        ref var message = ref _receive->Messages[index];
        var isWhole = (message.Header.Flags & MSG_TRUNC) == 0 && message.Length <= Shard.MaxDatagramSize;
        var payload = isWhole ? new Span<byte>(_receive->Slot(index), (int)message.Length) : default;
        return new Datagram(payload, SockAddr.Read(new ReadOnlySpan<byte>(_receive->Name(index), SockAddr.MaxLength)));
    }

    public void Enqueue(in Transmit transmit)
    {
        var length = SockAddr.Write(transmit.Destination, _isIPv6, new Span<byte>(_send->Name(_sendEnd), SockAddr.MaxLength));
        _send->PrepareToSend(_sendEnd, transmit.Length, length);
        _sendEnd++;
    }

    public bool TryFlush(CounterTable<ShardCounter> counters)
    {
        while (Unsent > 0)
        {
            var sent = SendMMsg(_socketNumber, _send->Messages + _firstUnsent, (uint)Unsent, MSG_DONTWAIT);
            if (sent > 0)
            {
                counters.Increment(ShardCounter.SendBatches);
                for (var i = _firstUnsent; i < _firstUnsent + sent; i++)
                {
                    counters.Increment(ShardCounter.DatagramsSent);
                    counters.Add(ShardCounter.BytesSent, _send->Messages[i].Length);
                }
                _firstUnsent += sent;
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case EINTR:
                    break;
                case EAGAIN or ENOBUFS:
                    counters.Increment(ShardCounter.SendBlocked);
                    return false;
                case ENETDOWN or ENETUNREACH or EHOSTDOWN or EHOSTUNREACH or ECONNREFUSED or EAFNOSUPPORT:
                    counters.Increment(ShardCounter.SendUnreachable);
                    _firstUnsent++;
                    break;
                default:
                    counters.Increment(ShardCounter.SendRefused);
                    _firstUnsent++;
                    break;
            }
        }
        DropUnsent();
        return true;
    }

    public void DropUnsent() => _firstUnsent = _sendEnd = 0;

    public void Dispose()
    {
        if (_socket.IsClosed) return;
        _socket.Dispose();
        _wake.Dispose();
        Batch.Free(_receive);
        Batch.Free(_send);
    }

    private void TakeWake()
    {
        ulong count;
        _ = Read(_wake, &count, sizeof(ulong));
        // A full fence: whoever finds the flag still set posted before it fell, and the caller looks at its queues after this.
        Interlocked.Exchange(ref _wakeRequested, 0);
    }

    private void TakeSlackDown()
    {
        if (!_slackIsSet) _slackIsSet = PrCtl(PR_SET_TIMERSLACK, 1, 0, 0, 0) == 0;
    }

    private static TimeSpec ToTimeSpec(TimeSpan span)
    {
        var (seconds, ticks) = Math.DivRem(span.Ticks, TimeSpan.TicksPerSecond);
        return new TimeSpec { Seconds = (nint)seconds, Nanoseconds = (nint)(ticks * TimeSpan.NanosecondsPerTick) };
    }

    private void Configure(bool isShared)
    {
        if (_isIPv6) Set(_socket, IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY");
        if (isShared) Set(_socket, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
        // Many calls need more than net.core.rmem_max usually allows; who may, goes beyond it. For others the kernel takes less.
        var length = SocketBufferBytes;
        if (SetSockOpt(_socket, SOL_SOCKET, SO_RCVBUFFORCE, &length, sizeof(int)) != 0)
            Set(_socket, SOL_SOCKET, SO_RCVBUF, SocketBufferBytes, "SO_RCVBUF");
        Set(_socket, SOL_SOCKET, SO_SNDBUF, SocketBufferBytes, "SO_SNDBUF");
    }

    /// <summary>Headers, addresses and payload slots of one direction, in one native allocation.</summary>
    private struct Batch
    {
        private const int NameStride = 32;

        public MMsgHdr* Messages;
        private IoVec* _vectors;
        private byte* _names;
        private byte* _slots;

        public static Batch* Allocate()
        {
            var headers = (nuint)(sizeof(Batch) + BatchSize * (sizeof(MMsgHdr) + sizeof(IoVec) + NameStride));
            var start = (headers + 63) & ~(nuint)63;
            var memory = (byte*)NativeMemory.AlignedAlloc(start + BatchSize * SlotSize, 64);
            NativeMemory.Clear(memory, start);
            var batch = (Batch*)memory;
            batch->Messages = (MMsgHdr*)(memory + sizeof(Batch));
            batch->_vectors = (IoVec*)(batch->Messages + BatchSize);
            batch->_names = (byte*)(batch->_vectors + BatchSize);
            batch->_slots = memory + start;
            for (var i = 0; i < BatchSize; i++)
            {
                batch->_vectors[i].Base = batch->Slot(i);
                batch->Messages[i].Header = new MsgHdr { Name = batch->Name(i), Vectors = &batch->_vectors[i], VectorCount = 1 };
            }
            return batch;
        }

        public static void Free(Batch* batch) => NativeMemory.AlignedFree(batch);

        public readonly byte* Slot(int index) => _slots + (index * SlotSize);

        public readonly byte* Name(int index) => _names + (index * NameStride);

        public readonly void PrepareToReceive(int index)
        {
            _vectors[index].Length = SlotSize;
            Messages[index].Header.NameLength = SockAddr.MaxLength;
        }

        public readonly void PrepareToSend(int index, int length, int nameLength)
        {
            _vectors[index].Length = (nuint)length;
            Messages[index].Header.NameLength = (uint)nameLength;
        }
    }
}
