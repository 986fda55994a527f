using System.Collections.Concurrent;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Sockets;

/// <summary>
/// Events on their way to one WebSocket, bounded in bytes: one thread at a time adds, one <see cref="SocketWriter"/> takes, and neither waits for
/// the other. Nothing is copied, so what several listeners are behind with is held once.
/// </summary>
internal sealed class OutgoingEvents(int maxBytes)
{
    private readonly ConcurrentQueue<ReadOnlyMemory<byte>> _events = new();
    private readonly TaskCompletionSource<SocketEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private bool _hasSaidWhy;

    /// <summary>Set when there is something to send, or the end.</summary>
    public AsyncSignal More { get; } = new();

    /// <summary>Bytes that wait, with those that are being sent.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>How it ends, once that is known.</summary>
    public Task<SocketEnd> Ended => _ended.Task;

    /// <summary>False: too much waits already, or the end is there.</summary>
    public bool TryAdd(ReadOnlyMemory<byte> utf8Json)
    {
        if (Bytes > maxBytes || Ended.IsCompleted) return false;
        Interlocked.Add(ref _bytes, utf8Json.Length);
        _events.Enqueue(utf8Json);
        More.Set();
        return true;
    }

    /// <summary>Nothing follows. Any thread; the first end counts.</summary>
    public void Complete(SocketEnd end)
    {
        if (_ended.TrySetResult(end)) More.Set();
    }

    /// <summary>Writer's side. Follow with <see cref="NoteSent"/>.</summary>
    /// <param name="end">The end as the writer knows it.</param>
    public bool TryTake(SocketEnd? end, out ReadOnlyMemory<byte> utf8Json)
    {
        if (end is null || end.LastEvent.IsEmpty) return _events.TryDequeue(out utf8Json);
        // What would come too late anyway makes way for the event that says why.
        while (_events.TryDequeue(out utf8Json)) NoteSent(utf8Json);
        if (_hasSaidWhy) return false;
        _hasSaidWhy = true;
        utf8Json = end.LastEvent;
        Interlocked.Add(ref _bytes, utf8Json.Length);
        return true;
    }

    public void NoteSent(ReadOnlyMemory<byte> utf8Json) => Interlocked.Add(ref _bytes, -utf8Json.Length);
}
