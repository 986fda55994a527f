using System.Collections.Concurrent;
using Parley.Benchmarks.Echo.Sockets;
using Parley.Net;

namespace Parley.Benchmarks.Echo;

/// <summary>
/// The thread that drives all flows. Frames leave at even distances over the 20 ms, as those of independent callers do, and
/// not in bursts; a step of the schedule is not shorter than <see cref="Quantum"/>, so that the thread sleeps in between.
/// </summary>
internal sealed class FlowLoop : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Quantum = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(2);

    /// <summary>How often the flows' own deadlines are looked at; retransmissions and checks are not finer than that.</summary>
    private static readonly TimeSpan DeadlinePeriod = TimeSpan.FromMilliseconds(2);

    private readonly ManyAddressPort _port;
    private readonly MonotonicClock _clock;
    private readonly ConcurrentQueue<Action<Instant>> _posts = new();
    private readonly List<IEchoFlow> _flows = [];
    private readonly Thread _thread;
    private Instant _nextFrame;
    private int _nextFlow;
    private Instant _nextDeadlines;
    private volatile bool _isStopping;

    public FlowLoop(ManyAddressPort port, MonotonicClock clock)
    {
        _port = port;
        _clock = clock;
        _thread = new Thread(Run) { Name = "flows", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether frames are sent.</summary>
    public bool IsSending { get; set; }

    /// <summary>Runs something on the loop's thread.</summary>
    public Task RunAsync(Action<Instant> action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _posts.Enqueue(now =>
        {
            action(now);
            done.SetResult();
        });
        _port.Wake();
        return done.Task;
    }

    /// <summary>Adds the flow whose number is that of flows added before, and does something with it first.</summary>
    public Task AddAsync(IEchoFlow flow, Action<Instant> first) => RunAsync(now =>
    {
        _flows.Add(flow);
        first(now);
        Send(_flows.Count - 1);
    });

    public void Dispose()
    {
        _isStopping = true;
        _port.Wake();
        _thread.Join();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            while (_posts.TryDequeue(out var post)) post(_clock.Now);
            Receive();
            var now = _clock.Now;
            if (now >= _nextDeadlines) HandleDeadlines(now);
            var next = SendFrames(now);
            _port.Flush();
            var wait = Instant.Earlier(next, _nextDeadlines) - _clock.Now;
            if (wait > TimeSpan.Zero) _port.Wait(wait < LongestWait ? wait : LongestWait);
        }
    }

    private void Receive()
    {
        int count;
        do
        {
            count = _port.Receive();
            var now = _clock.Now;
            for (var i = 0; i < count; i++)
            {
                var bytes = _port.Received(i, out var flow);
                if (flow < 0 || flow >= _flows.Count) continue;
                _flows[flow].HandleDatagram(bytes, now);
                Send(flow);
            }
        }
        while (count == DatagramBatch.Capacity);
    }

    private void HandleDeadlines(Instant now)
    {
        _nextDeadlines = now + DeadlinePeriod;
        for (var flow = 0; flow < _flows.Count; flow++)
        {
            if (!_flows[flow].NextDeadline.IsDue(now)) continue;
            _flows[flow].HandleTimeout(now);
            Send(flow);
        }
    }

    /// <summary>Sends the frames that are due; returns when the next ones are.</summary>
    private Instant SendFrames(Instant now)
    {
        if (!IsSending || _flows.Count == 0)
        {
            _nextFrame = now;
            return Instant.Never;
        }
        var step = Period / _flows.Count;
        for (; _nextFrame <= now; _nextFrame += step)
        {
            _nextFlow = (_nextFlow + 1) % _flows.Count;
            if (!_flows[_nextFlow].IsUp) continue;
            _flows[_nextFlow].SendFrame(now);
            Send(_nextFlow);
        }
        var soonest = now + Quantum;
        return _nextFrame > soonest ? _nextFrame : soonest;
    }

    private void Send(int flow)
    {
        while (_flows[flow].TryPollTransmit(_port.SendSlot, out var length)) _port.Enqueue(flow, length);
    }
}
