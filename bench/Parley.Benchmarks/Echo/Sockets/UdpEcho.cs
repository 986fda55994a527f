using System.Buffers.Binary;
using static Parley.Benchmarks.Echo.Sockets.LibC;

namespace Parley.Benchmarks.Echo.Sockets;

/// <summary>
/// The yardstick: a process that sends each datagram back, and nothing else. It takes and sends batches (recvmmsg, sendmmsg) at
/// most once in a millisecond, so it costs what the kernel takes for the packets, and next to nothing besides.
/// </summary>
internal static unsafe class UdpEcho
{
    public const string Verb = "udp-echo";

    private const int SocketBufferBytes = 4 << 20;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Prints its port on 127.0.0.1, and echoes until it is killed.</summary>
    public static void Run()
    {
        var file = Check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
        var size = SocketBufferBytes;
        Check(setsockopt(file, SOL_SOCKET, SO_RCVBUF, &size, sizeof(int)), "setsockopt");
        Check(setsockopt(file, SOL_SOCKET, SO_SNDBUF, &size, sizeof(int)), "setsockopt");
        var name = ManyAddressPort.Name(Loopback, 0);
        var length = (uint)sizeof(SocketName);
        Check(bind(file, &name, length), "bind");
        Check(getsockname(file, &name, &length), "getsockname");
        Console.WriteLine(BinaryPrimitives.ReverseEndianness(name.PortBigEndian));
        _ = prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
        var batch = new DatagramBatch();
        var readable = new PollFd { File = file, Events = POLLIN };
        while (true)
        {
            Check(ppoll(&readable, 1, null, null), "ppoll");
            Drain(file, batch);
            var tick = TimeSpec.From(Tick);
            _ = ppoll(null, 0, &tick, null);
        }
    }

    private static void Drain(int file, DatagramBatch batch)
    {
        int count;
        do
        {
            for (var i = 0; i < DatagramBatch.Capacity; i++) batch.PrepareToReceive(i);
            count = recvmmsg(file, batch.Messages, DatagramBatch.Capacity, MSG_DONTWAIT, null);
            for (var i = 0; i < count; i++) batch.PrepareToReturn(i);
            if (count > 0) _ = sendmmsg(file, batch.Messages, (uint)count, MSG_DONTWAIT);
        }
        while (count == DatagramBatch.Capacity);
    }
}
