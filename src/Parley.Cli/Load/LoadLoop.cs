using System.Collections.Concurrent;
using System.Net.Sockets;
using Parley.Net;
using Parley.Rtc;

namespace Parley.Cli.Load;

/// <summary>
/// The thread that drives all calls: it looks at all sockets at once, some thousand times a second, and rests in between. So a call costs no wake-ups
/// of its own, and what is measured is exact to the millisecond.
/// </summary>
internal sealed class LoadLoop : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(1);

    private readonly MonotonicClock _clock;
    private readonly ConcurrentQueue<Action<Instant>> _posts = new();
    private readonly List<Flow> _flows = [];
    private readonly List<Socket> _sockets = [];
    private readonly Dictionary<Socket, Flow> _owners = [];
    private readonly byte[] _buffer = new byte[RtcPeer.MaxDatagramLength];
    private readonly Thread _thread;
    private long _longestStandstill;
    private volatile bool _isStopping;

    public LoadLoop(MonotonicClock clock)
    {
        _clock = clock;
        _thread = new Thread(Run) { Name = "load", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The longest time between two looks at the sockets: a silence that is no longer than this may be the caller's own fault. Any thread.</summary>
    public TimeSpan LongestStandstill => TimeSpan.FromTicks(Volatile.Read(ref _longestStandstill));

    /// <summary>Any thread: the call begins with its answer. It and its line belong to the loop from now on, which disposes of them at its end.</summary>
    public void Begin(LoadCall call, LoadLine line, string answer) => _posts.Enqueue(now =>
    {
        _flows.Add(new Flow(call, line));
        call.HandleAnswer(answer, now);
    });

    /// <summary>Any thread.</summary>
    public void HangUp(LoadCall call) => _posts.Enqueue(call.HangUp);

    public void Dispose()
    {
        _isStopping = true;
        _thread.Join();
        foreach (var flow in _flows) flow.Dispose();
    }

    private void Run()
    {
        var before = _clock.Now;
        while (!_isStopping)
        {
            var now = _clock.Now;
            if ((now - before).Ticks > _longestStandstill) Volatile.Write(ref _longestStandstill, (now - before).Ticks);
            before = now;
            while (_posts.TryDequeue(out var post)) post(now);
            Receive(now);
            foreach (var flow in _flows) Drive(flow, now);
            RemoveEnded();
            Thread.Sleep(Rest);
        }
    }

    private void Receive(Instant now)
    {
        _sockets.Clear();
        _owners.Clear();
        foreach (var flow in _flows)
        {
            var first = _sockets.Count;
            flow.Line.Collect(_sockets);
            for (var i = first; i < _sockets.Count; i++) _owners.Add(_sockets[i], flow);
        }
        if (_sockets.Count == 0) return;
        Socket.Select(_sockets, null, null, 0);
        foreach (var socket in _sockets) _owners[socket].Line.Receive(socket, _owners[socket].Call, now);
    }

    private void Drive(Flow flow, Instant now)
    {
        flow.Line.SendRest();
        if (flow.Call.NextDeadline.IsDue(now)) flow.Call.HandleTimeout(now);
        while (flow.Call.TryPollTransmit(_buffer, out var transmit)) flow.Line.Send(_buffer.AsSpan(0, transmit.Length), transmit.Destination, now);
    }

    private void RemoveEnded()
    {
        for (var i = _flows.Count - 1; i >= 0; i--)
        {
            if (!_flows[i].Call.Ended.IsCompleted) continue;
            _flows[i].Dispose();
            _flows.RemoveAt(i);
        }
    }

    private sealed record Flow(LoadCall Call, LoadLine Line) : IDisposable
    {
        public void Dispose()
        {
            Call.Dispose();
            Line.Dispose();
        }
    }
}
