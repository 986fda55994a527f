using System.Buffers;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Impairment;

/// <summary>
/// A bad cable between two network interfaces: every frame of one comes out of the other, as late, as often and as surely as the conditions say.
/// Whoever is connected by it keeps his addresses and knows nothing of it. One thread; conditions may be changed while it runs.
/// </summary>
public sealed unsafe class ImpairedBridge : IDisposable
{
    /// <summary>Frames on their way; more are lost, as in a queue that is full.</summary>
    private const int MaxUnderWay = 65_536;

    /// <summary>A flood from one side keeps the other, and what is due, waiting no longer than this.</summary>
    private const int FramesAtATime = 256;

    private readonly EthernetPort _first;
    private readonly EthernetPort _second;
    private readonly LinkImpairment _forward;
    private readonly LinkImpairment _backward;
    private readonly PriorityQueue<Frame, (Instant At, long Order)> _underWay = new();
    private readonly byte[] _buffer = new byte[EthernetPort.MaxLength];
    private readonly MonotonicClock _clock;
    private long _order;
    private volatile bool _isStopping;

    /// <exception cref="ImpairmentException">An interface is missing, or frames of it may not be had.</exception>
    public ImpairedBridge(string first, string second, IRandomSource random, TimeProvider time)
    {
        if (!OperatingSystem.IsLinux()) throw new ImpairmentException("This needs Linux's packet sockets.");
        _first = new EthernetPort(first);
        try
        {
            _second = new EthernetPort(second);
        }
        catch
        {
            _first.Dispose();
            throw;
        }
        (_forward, _backward) = (new LinkImpairment(random), new LinkImpairment(random));
        _clock = new MonotonicClock(time);
    }

    /// <summary>From the first interface to the second. Any thread.</summary>
    public LinkConditions Forward
    {
        get => _forward.Conditions;
        set => _forward.Conditions = value;
    }

    /// <summary>From the second interface to the first. Any thread.</summary>
    public LinkConditions Backward
    {
        get => _backward.Conditions;
        set => _backward.Conditions = value;
    }

    /// <summary>Frames that came, and those of them that were lost. Any thread.</summary>
    public (long Sent, long Lost) Count => (_forward.Sent + _backward.Sent, _forward.Lost + _backward.Lost);

    /// <summary>Carries frames until <see cref="Stop"/>.</summary>
    public void Run()
    {
        while (!_isStopping)
        {
            Take(_first, _second, _forward);
            Take(_second, _first, _backward);
            var next = Deliver();
            Wait(next);
        }
        while (_underWay.TryDequeue(out var frame, out _)) ArrayPool<byte>.Shared.Return(frame.Bytes);
    }

    /// <summary>Any thread: <see cref="Run"/> returns soon.</summary>
    public void Stop() => _isStopping = true;

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    private void Take(EthernetPort from, EthernetPort to, LinkImpairment impairment)
    {
        Span<Instant> arrivals = stackalloc Instant[LinkImpairment.MaxArrivals];
        for (var taken = 0; taken < FramesAtATime && from.TryReceive(_buffer, out var length); taken++)
        {
            var copies = impairment.Pass(length - EthernetPort.NoteLength, _clock.Now, arrivals);
            for (var i = 0; i < copies && _underWay.Count < MaxUnderWay; i++)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(length);
                _buffer.AsSpan(0, length).CopyTo(bytes);
                _underWay.Enqueue(new Frame(bytes, length, to), (arrivals[i], _order++));
            }
        }
    }

    /// <summary>Lets out what has arrived; returns when the next frame does.</summary>
    private Instant Deliver()
    {
        while (_underWay.TryPeek(out var frame, out var due))
        {
            if (due.At > _clock.Now) return due.At;
            _underWay.Dequeue();
            // A frame that the interface does not take is lost, as on a cable that is not plugged in.
            frame.To.TrySend(frame.Bytes.AsSpan(0, frame.Length));
            ArrayPool<byte>.Shared.Return(frame.Bytes);
        }
        return Instant.Never;
    }

    private void Wait(Instant next)
    {
        // So that a stop is seen.
        var wait = next.IsNever ? LongestWait : next - _clock.Now;
        if (wait <= TimeSpan.Zero) return;
        if (wait > LongestWait) wait = LongestWait;
        var files = stackalloc PollFd[2];
        files[0] = new PollFd { File = (int)_first.Number, Events = POLLIN };
        files[1] = new PollFd { File = (int)_second.Number, Events = POLLIN };
        var timeout = new TimeSpec { Nanoseconds = (nint)wait.TotalNanoseconds };
        PPoll(files, 2, &timeout, null);
    }

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly record struct Frame(byte[] Bytes, int Length, EthernetPort To);
}
