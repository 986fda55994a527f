using System.Net.Sockets;
using Parley.Net;
using Parley.Relay.Configuration;
using Parley.Relay.Drain;
using Parley.Relay.Fleet;
using Parley.Relay.Keys;
using Parley.Relay.Metrics;

namespace Parley.Relay;

/// <summary>A running relay: its files, its workers, its figures, and its end. It keeps nothing that a restart may not lose.</summary>
public sealed class RelayServer : IDisposable
{
    private readonly RelayConfig _config;
    private readonly IRelayEvents _events;
    private readonly MonotonicClock _clock;
    private readonly RelayDrain _drain;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Stack<IDisposable> _parts = new();
    private readonly KeysFile _keys;
    private readonly RelayWorkers _workers;
    private volatile bool _isStopping;
    private int _stopRequests;

    private RelayServer(RelayConfig config, TimeProvider time, IRelayEvents events)
    {
        _config = config;
        _events = events;
        _clock = new MonotonicClock(time);
        _drain = new RelayDrain(config.DrainTimeout);
        try
        {
            var fleet = Keep(new FleetFile(new DiskFile(config.FleetPath, FleetDocument.MaxLength), time, events.FileReloaded));
            _keys = Keep(new KeysFile(new DiskFile(config.KeysPath, KeysFile.MaxLength), time, HandleKeys));
            _workers = Keep(new RelayWorkers(config, _keys.Current, fleet, _clock, time));
            var report = new RelayReport(fleet, _keys, _workers, () => _isStopping);
            var metrics = config.Metrics is { } local ? Keep(new MetricsEndpoint(local, report, time)) : null;
            Addresses = new RelayAddresses(_workers.Udp, _workers.Tcp, _workers.Inner, metrics?.LocalEndPoint);
        }
        catch
        {
            DisposeParts();
            throw;
        }
    }

    public RelayAddresses Addresses { get; }

    /// <summary>Flows at the moment. Any thread.</summary>
    public int FlowCount => _workers.Traffic.Flows;

    /// <summary>Begins to forward.</summary>
    /// <exception cref="RelayConfigurationException">A file cannot be used.</exception>
    /// <exception cref="SocketException">A port is taken.</exception>
    public static RelayServer Start(RelayConfig config, TimeProvider time, IRelayEvents events)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(events);
        return new RelayServer(config, time, events);
    }

    /// <summary>Any thread: from the first request on no flow begins, the second ends the relay. Both are carried out by <see cref="WaitForEnd"/>.</summary>
    public void RequestStop()
    {
        _isStopping = true;
        _workers.Drain();
        Interlocked.Increment(ref _stopRequests);
        _wake.Set();
    }

    /// <summary>Returns when the relay was told to stop and is drained.</summary>
    public void WaitForEnd()
    {
        var handled = 0;
        while (_drain.Phase != DrainPhase.Ended)
        {
            var next = _drain.NextDeadline.At;
            _wake.WaitOne(next.IsNever ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Max(0, (next - _clock.Now).Ticks)));
            for (; handled < Volatile.Read(ref _stopRequests); handled++) HandleStop();
            _drain.HandleTimeout(_workers.Traffic, _clock.Now);
        }
        _events.Ended(_drain.FlowsCut);
    }

    public void Dispose()
    {
        DisposeParts();
        _wake.Dispose();
    }

    private void HandleStop()
    {
        var traffic = _workers.Traffic;
        _drain.HandleStop(traffic, _clock.Now);
        if (_drain.Phase == DrainPhase.Draining) _events.Draining(traffic.Flows, _config.DrainTimeout);
    }

    private void HandleKeys(FileReload reload)
    {
        // The workers that are being made meanwhile, if any, take the keys as they are then.
        if (reload.Refusal is null) _workers?.Use(_keys.Current);
        _events.FileReloaded(reload);
    }

    private T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    private void DisposeParts()
    {
        while (_parts.TryPop(out var part)) part.Dispose();
    }
}
