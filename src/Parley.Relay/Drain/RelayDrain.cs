namespace Parley.Relay.Drain;

/// <summary>
/// The end of a relay in order: told to stop, it takes no new flow (clients try the next candidate, the load balancer reads
/// <c>/healthz</c>), keeps those that it has until they end or the time is up, and then ends. Told twice, it ends at once. That a call is over is not told to a
/// relay, so flows that have become quiet are taken to be over. Sans-IO.
/// </summary>
public sealed class RelayDrain(TimeSpan timeout)
{
    /// <summary>How often the flows are counted while draining.</summary>
    public static readonly TimeSpan CountPeriod = TimeSpan.FromMilliseconds(100);

    /// <summary>Whoever is there is heard in this time: consent is asked for every 4 to 6 seconds. (RFC 7675 §5.1)</summary>
    public static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(10);

    private readonly TimerTable<DrainTimer> _timers = new("relay");
    private long _packets;

    public DrainPhase Phase { get; private set; } = DrainPhase.Serving;

    /// <summary>Flows that were cut off by the end.</summary>
    public int FlowsCut { get; private set; }

    public Deadline NextDeadline => _timers.Next;

    /// <summary>The operator, or the system, wants the relay to stop.</summary>
    /// <param name="traffic">What there is now.</param>
    public void HandleStop(RelayTraffic traffic, Instant now)
    {
        switch (Phase)
        {
            case DrainPhase.Serving when traffic.Flows > 0 && timeout > TimeSpan.Zero:
                Phase = DrainPhase.Draining;
                _packets = traffic.Packets;
                _timers.Set(DrainTimer.DrainTimeout, now + timeout);
                _timers.Set(DrainTimer.Quiet, now + QuietTime);
                _timers.Set(DrainTimer.CountFlows, now + CountPeriod);
                break;
            case DrainPhase.Ended:
                break;
            default:
                End(traffic.Flows);
                break;
        }
    }

    /// <param name="traffic">What there is now.</param>
    public void HandleTimeout(RelayTraffic traffic, Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            if (traffic.Packets != _packets)
            {
                _packets = traffic.Packets;
                _timers.Set(DrainTimer.Quiet, now + QuietTime);
            }
            else if (timer == DrainTimer.Quiet)
            {
                End(flowsCut: 0);
                return;
            }
            if (traffic.Flows == 0 || timer == DrainTimer.DrainTimeout)
            {
                End(traffic.Flows);
                return;
            }
            _timers.Set(DrainTimer.CountFlows, now + CountPeriod);
        }
    }

    private void End(int flowsCut)
    {
        Phase = DrainPhase.Ended;
        FlowsCut = flowsCut;
        _timers.StopAll();
    }

    private enum DrainTimer
    {
        DrainTimeout,
        Quiet,
        CountFlows,
    }
}
