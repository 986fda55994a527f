namespace Parley.Relay.Drain;

/// <summary>
/// The end of a relay in order: told to stop, it takes no new flow (clients try the next candidate, the load balancer reads
/// <c>/healthz</c>), keeps those that it has until they end or the time is up, and then ends. Told twice, it ends at once. Sans-IO.
/// </summary>
public sealed class RelayDrain(TimeSpan timeout)
{
    /// <summary>How often the flows are counted while draining.</summary>
    public static readonly TimeSpan CountPeriod = TimeSpan.FromMilliseconds(100);

    private readonly TimerTable<DrainTimer> _timers = new("relay");

    public DrainPhase Phase { get; private set; } = DrainPhase.Serving;

    /// <summary>Flows that were cut off by the end.</summary>
    public int FlowsCut { get; private set; }

    public Deadline NextDeadline => _timers.Next;

    /// <summary>The operator, or the system, wants the relay to stop.</summary>
    public void HandleStop(int flows, Instant now)
    {
        switch (Phase)
        {
            case DrainPhase.Serving when flows > 0 && timeout > TimeSpan.Zero:
                Phase = DrainPhase.Draining;
                _timers.Set(DrainTimer.DrainTimeout, now + timeout);
                _timers.Set(DrainTimer.CountFlows, now + CountPeriod);
                break;
            case DrainPhase.Ended:
                break;
            default:
                End(flows);
                break;
        }
    }

    /// <param name="flows">How many there are now.</param>
    public void HandleTimeout(int flows, Instant now)
    {
        while (_timers.TryTakeDue(now, out var timer))
        {
            if (flows == 0 || timer == DrainTimer.DrainTimeout)
            {
                End(flows);
                return;
            }
            _timers.Set(DrainTimer.CountFlows, now + CountPeriod);
        }
    }

    private void End(int flows)
    {
        Phase = DrainPhase.Ended;
        FlowsCut = flows;
        _timers.StopAll();
    }

    private enum DrainTimer
    {
        DrainTimeout,
        CountFlows,
    }
}
