using Parley.Relay.Drain;

namespace Parley.Relay.Tests.Drain;

public sealed class RelayDrainTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly RelayDrain _drain = new(Timeout);
    private Instant _now = new(0);
    private long _packets;

    [Fact]
    public void A_relay_without_flows_ends_at_once()
    {
        _drain.HandleStop(new RelayTraffic(0, 0), _now);
        Assert.Equal(DrainPhase.Ended, _drain.Phase);
        Assert.True(_drain.NextDeadline.IsNone);
    }

    [Fact]
    public void Flows_go_on_until_the_last_has_ended()
    {
        _drain.HandleStop(new RelayTraffic(3, 0), _now);
        Assert.Equal(DrainPhase.Draining, _drain.Phase);
        Run(flows: 3, TimeSpan.FromSeconds(10));
        Assert.Equal(DrainPhase.Draining, _drain.Phase);
        Run(flows: 0, RelayDrain.CountPeriod);
        Assert.Equal(DrainPhase.Ended, _drain.Phase);
        Assert.Equal(0, _drain.FlowsCut);
    }

    [Fact]
    public void Flows_that_do_not_end_are_cut_when_the_time_is_up()
    {
        _drain.HandleStop(new RelayTraffic(3, 0), _now);
        Run(flows: 3, Timeout - TimeSpan.FromTicks(1));
        Assert.Equal(DrainPhase.Draining, _drain.Phase);
        Assert.Equal(new Instant(Timeout.Ticks), _drain.NextDeadline.At);
        Run(flows: 2, TimeSpan.FromTicks(1));
        Assert.Equal(DrainPhase.Ended, _drain.Phase);
        Assert.Equal(2, _drain.FlowsCut);
    }

    [Fact]
    public void Who_asks_twice_does_not_want_to_wait()
    {
        _drain.HandleStop(new RelayTraffic(3, 0), _now);
        _drain.HandleStop(new RelayTraffic(3, 0), _now);
        Assert.Equal(DrainPhase.Ended, _drain.Phase);
        Assert.Equal(3, _drain.FlowsCut);
    }

    [Fact]
    public void Without_time_to_drain_the_first_request_is_the_end()
    {
        var drain = new RelayDrain(TimeSpan.Zero);
        drain.HandleStop(new RelayTraffic(3, 0), _now);
        Assert.Equal(DrainPhase.Ended, drain.Phase);
    }

    [Fact]
    public void Flows_of_calls_that_are_over_are_not_waited_for()
    {
        _drain.HandleStop(new RelayTraffic(3, 0), _now);
        Run(flows: 3, TimeSpan.FromSeconds(1));
        Run(flows: 3, RelayDrain.QuietTime, areQuiet: true);
        Assert.Equal(DrainPhase.Ended, _drain.Phase);
        Assert.Equal(0, _drain.FlowsCut);
    }

    [Fact]
    public void A_client_that_only_asks_for_consent_is_waited_for()
    {
        _drain.HandleStop(new RelayTraffic(3, 0), _now);
        for (var check = 0; check < 4; check++)
        {
            Run(flows: 3, TimeSpan.FromSeconds(6), areQuiet: true);
            _packets++;
        }
        Assert.Equal(DrainPhase.Draining, _drain.Phase);
    }

    private void Run(int flows, TimeSpan span, bool areQuiet = false)
    {
        var end = _now + span;
        while (_drain.NextDeadline.At <= end)
        {
            _now = _drain.NextDeadline.At;
            if (!areQuiet) _packets++;
            _drain.HandleTimeout(new RelayTraffic(flows, _packets), _now);
        }
        _now = end;
    }
}
