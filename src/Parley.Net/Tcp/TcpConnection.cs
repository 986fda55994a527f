using System.Runtime.InteropServices;
using Parley.Net.Sockets;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Tcp;

/// <summary>
/// One TCP connection: its socket, what came of a frame that is not whole, and what waits to go out. Nothing here waits. It
/// belongs to one shard's thread, and may be given to another's.
/// </summary>
internal sealed unsafe class TcpConnection(FileDescriptor file, TransportAddress remote, TcpConnectionState state, Instant now)
{
    /// <summary>With <see cref="TransportProtocol.Tcp"/>.</summary>
    public TransportAddress Remote => remote;

    public nint Number { get; } = file.DangerousGetHandle();

    public TcpConnectionState State { get; set; } = state;

    public FrameReader Reader { get; } = new();

    public SendBacklog Backlog { get; } = new();

    public Instant OpenedAt { get; } = now;

    public Instant LastFrameAt { get; set; } = now;

    /// <summary>When the peer last took something while more waits; <see cref="Instant.Never"/> while nothing does.</summary>
    public Instant BlockedSince { get; private set; } = Instant.Never;

    /// <summary>When it is closed whatever the peer does; <see cref="Instant.Never"/> before it is ended.</summary>
    public Instant ClosesAt { get; set; } = Instant.Never;

    /// <summary>A call keeps it.</summary>
    public bool IsProven { get; set; }

    /// <summary>Frames taken while no call did.</summary>
    public int UnprovenFrames { get; set; }

    /// <summary>The shard it goes to when the handler returns.</summary>
    public Shard? MovesTo { get; set; }

    /// <summary>What was read and not handled before it moved.</summary>
    public byte[] Carried { get; set; } = [];

    /// <summary>Its place in its shard's table, which its events carry.</summary>
    public ulong Tag { get; set; }

    /// <summary>Its place among the connections of its shard that no call keeps.</summary>
    public LinkedListNode<TcpConnection>? UnprovenNode { get; set; }

    /// <summary>Takes what has arrived; how much. 0: the peer has ended. Negative: nothing has come, or <paramref name="isBroken"/>.</summary>
    public int Receive(byte* buffer, int length, out bool isBroken)
    {
        var received = (int)Recv(Number, buffer, (nuint)length, MSG_DONTWAIT);
        isBroken = received < 0 && Marshal.GetLastPInvokeError() is not (EAGAIN or EINTR);
        return received;
    }

    /// <summary>Sends a frame, or lets it wait whole, or drops it whole.</summary>
    public FrameOutcome Send(byte* frame, int length, bool isMedia, Instant now)
    {
        var bytes = new ReadOnlySpan<byte>(frame, length);
        if (State == TcpConnectionState.Connecting || !Backlog.IsEmpty)
            return Backlog.TryAppend(bytes, isMedia ? SendBacklog.MediaCapacity : SendBacklog.Capacity) ? FrameOutcome.Waits : FrameOutcome.Dropped;
        if (!TrySend(frame, length, out var sent)) return FrameOutcome.Broken;
        if (sent == length) return FrameOutcome.Sent;
        // Whoever has not shown that a call wants him gets no memory of ours.
        if (!IsProven) return FrameOutcome.Broken;
        BlockedSince = now;
        // Nothing waits before it, so there is room.
        Backlog.TryAppend(bytes[sent..], SendBacklog.Capacity);
        return FrameOutcome.Waits;
    }

    /// <summary>Sends of what waits as much as the socket takes. False: it is broken.</summary>
    public bool TryFlush(Instant now)
    {
        while (!Backlog.IsEmpty)
        {
            int sent;
            fixed (byte* waiting = Backlog.Waiting)
                if (!TrySend(waiting, Backlog.Length, out sent)) return false;
            if (sent == 0)
            {
                BlockedSince = Instant.Earlier(BlockedSince, now);
                return true;
            }
            Backlog.Consume(sent);
            BlockedSince = now;
        }
        BlockedSince = Instant.Never;
        return true;
    }

    /// <summary>The outcome of our attempt to connect, once the socket is writable.</summary>
    public bool TryFinishConnecting()
    {
        var error = 0;
        uint length = sizeof(int);
        if (GetSockOpt(file, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0) return false;
        State = TcpConnectionState.Open;
        return true;
    }

    /// <summary>Nothing more will be sent.</summary>
    public void EndSending() => _ = Shutdown(file, SHUT_WR);

    /// <param name="hard">By a reset: the system keeps nothing of it.</param>
    public void Close(bool hard)
    {
        State = TcpConnectionState.Closed;
        if (hard)
        {
            var linger = stackalloc int[2] { 1, 0 };
            _ = SetSockOpt(file, SOL_SOCKET, SO_LINGER, linger, 2 * sizeof(int));
        }
        file.Dispose();
    }

    private bool TrySend(byte* bytes, int length, out int sent)
    {
        sent = (int)LibC.Send(Number, bytes, (nuint)length, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) return true;
        sent = 0;
        return Marshal.GetLastPInvokeError() is EAGAIN or EINTR;
    }
}
