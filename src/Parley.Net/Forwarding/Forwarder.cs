using System.Net;
using Parley.Net.Inner;
using Parley.Net.Sockets;
using Parley.Net.Tcp;
using static Parley.Net.Sockets.LibC;

namespace Parley.Net.Forwarding;

/// <summary>
/// One worker of a relay: a thread with a public socket that shares its port, a private one for the inner protocol, its own flows, and perhaps
/// TCP connections. A round takes what has come from clients, then from transceivers, sends, and waits: for the next packet, or, when many come, for
/// the next tick (<see cref="Cadence"/>). Nothing is allocated and no lock is taken while it runs. Linux only.
/// </summary>
public sealed unsafe class Forwarder : IDisposable
{
    // Bounds on one round, so that no side starves the other.
    private const int MaxClientBatches = 4;
    private const int MaxTransceiverBatches = 8;
    private const int MaxPacketsFromTransceivers = 512;

    private readonly BatchSocket _clients;
    private readonly BatchSocket _transceivers;
    private readonly FileDescriptor _wake;
    private readonly MonotonicClock _clock;
    private readonly Thread _thread;
    private readonly Cadence _cadence;
    private readonly FlowTable _flows;
    private readonly BundleQueue _bundles;
    private readonly UplinkPath _uplink;
    private readonly DownlinkPath _downlink;
    private readonly IFirstPackets _firstPackets;
    private readonly FlowQuestions _questions;
    private TcpPort? _tcp;
    private int _flowCount;
    private int _unconfirmedCount;
    private volatile bool _isStopping;

    internal Forwarder(
        int index, BatchSocket clients, BatchSocket transceivers, ForwarderConfig config, IFirstPackets firstPackets, InnerAuthenticator? authenticator,
        MonotonicClock clock)
    {
        Index = index;
        _clients = clients;
        _transceivers = transceivers;
        _clock = clock;
        _wake = EventFd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (_wake.IsInvalid) throw Failed("eventfd");
        _cadence = new Cadence(config.MaxTick, config.MaxTick);
        _clients.Unsent.UsesSegments = config.UsesSegments;
        var nodes = new NodeTable();
        var limits = new FlowLimits { MaxFlows = config.MaxFlows / config.Workers, UnconfirmedTime = config.UnconfirmedTime, IdleTime = config.IdleTime };
        _flows = new FlowTable(limits, nodes, SystemRandomSource.Instance);
        _bundles = new BundleQueue(transceivers, nodes, config, authenticator, Counters);
        _uplink = new UplinkPath(_flows, nodes, _bundles, firstPackets, Counters);
        _downlink = new DownlinkPath(_flows, nodes, clients, firstPackets, authenticator, Counters);
        _firstPackets = firstPackets;
        _questions = new FlowQuestions(clock.Now);
        _thread = new Thread(Run) { Name = $"parley-relay-{index}", IsBackground = true };
    }

    /// <summary>0, 1, 2, … in its group.</summary>
    public int Index { get; }

    public CounterTable<ForwarderCounter> Counters { get; } = new();

    /// <summary>Inner datagrams by what came of reading them.</summary>
    public CounterTable<InnerStatus> InnerCounters => _downlink.InnerCounters;

    /// <summary>Null without TCP.</summary>
    public CounterTable<TcpCounter>? TcpCounters => _tcp?.Counters;

    /// <summary>Where transceivers answer to.</summary>
    public IPEndPoint InnerEndPoint => _transceivers.LocalAddress.ToEndPoint();

    /// <summary>Flows at the moment, and those among them that no transceiver has answered. Any thread.</summary>
    public int FlowCount => Volatile.Read(ref _flowCount);

    public int UnconfirmedFlowCount => Volatile.Read(ref _unconfirmedCount);

    /// <summary>Datagrams that the kernel dropped because this thread did not take them in time, from clients and from transceivers.</summary>
    public long KernelDrops => _clients.KernelDrops + _transceivers.KernelDrops;

    /// <summary>Stops the thread after its round and closes the sockets.</summary>
    public void Dispose()
    {
        if (Thread.CurrentThread == _thread) throw new InvalidOperationException("A forwarder cannot be disposed by its own thread.");
        if (_wake.IsClosed) return;
        _isStopping = true;
        ulong one = 1;
        _ = Write(_wake, &one, sizeof(ulong));
        if (_thread.IsAlive) _thread.Join();
        _tcp?.Dispose();
        _clients.Dispose();
        _transceivers.Dispose();
        _bundles.Dispose();
        _wake.Dispose();
    }

    internal void AddTcp(TcpConfig config, TcpAdmission admission, ListeningSocket listener)
    {
        _tcp = new TcpPort(config, admission, listener, _clock, HandleFrame, HandleDisconnected, _bundles.Flush);
        _downlink.Tcp = _tcp;
    }

    internal void Start() => _thread.Start();

    private void Run()
    {
        // Timers of a tick must not be 50 µs late.
        _ = PrCtl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
        var isTcpReady = true;
        while (!_isStopping)
        {
            var now = _clock.Now;
            _cadence.BeginRound(Counters[ForwarderCounter.PacketsFromClients] + Counters[ForwarderCounter.PacketsFromTransceivers], now);
            var mayHaveMore = HandleClients();
            mayHaveMore |= HandleTransceivers();
            mayHaveMore |= _tcp is not null && _tcp.Receive(isTcpReady, _clock.Now);
            isTcpReady = true;
            now = _clock.Now;
            if (_questions.TryAsk(now)) AskForFlows();
            _bundles.Flush();
            HandleTimeout(now);
            if (!mayHaveMore && !_isStopping && !TryRest()) isTcpReady = Wait();
        }
    }

    private bool HandleClients()
    {
        var received = _clients.Received;
        for (var batch = 0; batch < MaxClientBatches; batch++)
        {
            var count = Receive(_clients);
            if (count == 0) return false;
            _uplink.Handle(received, count, _clock.Now);
            if (count < ReceiveBatch.MaxMessages) return false;
        }
        return true;
    }

    private bool HandleTransceivers()
    {
        var received = _transceivers.Received;
        var packets = 0;
        for (var batch = 0; batch < MaxTransceiverBatches && packets < MaxPacketsFromTransceivers; batch++)
        {
            var count = Receive(_transceivers);
            if (count == 0) return false;
            packets += _downlink.Handle(received, count, _clock.Now);
            if (count < ReceiveBatch.MaxMessages) return false;
        }
        return true;
    }

    private int Receive(BatchSocket socket)
    {
        var count = socket.Received.Receive(socket.Number, out var error);
        if (error != 0) Counters.Increment(ForwarderCounter.ReceiveFailed);
        return count;
    }

    private void AskForFlows()
    {
        var transceivers = _firstPackets.Transceivers;
        for (var i = 0; i < transceivers.Count; i++) _bundles.AskForFlows(transceivers[i]);
    }

    private void HandleFrame(in Datagram datagram, Instant now) => _uplink.Handle(datagram.Source, datagram.Payload, now);

    private void HandleDisconnected(TransportAddress client)
    {
        var place = _flows.Find(client);
        if (place != Flow.None) _flows.Remove(place, FlowEnd.Disconnected);
    }

    private void HandleTimeout(Instant now)
    {
        if (_tcp is not null && _tcp.NextDeadline <= now) _tcp.HandleTimeout(now);
        if (_flows.NextDeadline <= now) _flows.HandleTimeout(now);
        Volatile.Write(ref _flowCount, _flows.Count);
        Volatile.Write(ref _unconfirmedCount, _flows.UnconfirmedCount);
        Mirror(ForwarderCounter.FlowsExpired, _flows.Ends[FlowEnd.Expired]);
        Mirror(ForwarderCounter.FlowsEvicted, _flows.Ends[FlowEnd.Evicted]);
        Mirror(ForwarderCounter.FlowsDisconnected, _flows.Ends[FlowEnd.Disconnected]);
        Mirror(ForwarderCounter.SsrcConflicts, _flows.SsrcConflicts);
    }

    private void Mirror(ForwarderCounter counter, long value) => Counters.Add(counter, value - Counters[counter]);

    /// <summary>A busy forwarder sleeps until its next tick, whatever arrives and whatever is due by then.</summary>
    private bool TryRest()
    {
        if (!_cadence.IsBusy) return false;
        var rest = _cadence.NextRound - _clock.Now;
        if (rest <= TimeSpan.Zero) return true;
        var limit = ToTimeSpec(rest);
        _ = PPoll(null, 0, &limit, null);
        Counters.Increment(ForwarderCounter.Ticks);
        return true;
    }

    /// <summary>Until something comes or is due; true when TCP connections have something.</summary>
    private bool Wait()
    {
        var until = Instant.Earlier(_flows.NextDeadline, _questions.NextDeadline);
        if (_tcp is not null) until = Instant.Earlier(until, _tcp.NextDeadline);
        var wait = until.IsNever ? TimeSpan.Zero : until - _clock.Now;
        if (!until.IsNever && wait <= TimeSpan.Zero) return true;
        var files = stackalloc PollFd[4];
        files[0] = new PollFd { File = (int)_clients.Number, Events = POLLIN };
        files[1] = new PollFd { File = (int)_transceivers.Number, Events = POLLIN };
        files[2] = new PollFd { File = (int)_wake.DangerousGetHandle(), Events = POLLIN };
        files[3] = new PollFd { File = _tcp?.WaitHandle ?? -1, Events = POLLIN };
        var limit = ToTimeSpec(wait);
        _ = PPoll(files, 4, until.IsNever ? null : &limit, null);
        Counters.Increment(ForwarderCounter.Wakeups);
        return files[3].Returned != 0;
    }

    private static TimeSpec ToTimeSpec(TimeSpan span)
    {
        var (seconds, ticks) = Math.DivRem(span.Ticks, TimeSpan.TicksPerSecond);
        return new TimeSpec { Seconds = (nint)seconds, Nanoseconds = (nint)(ticks * TimeSpan.NanosecondsPerTick) };
    }
}
