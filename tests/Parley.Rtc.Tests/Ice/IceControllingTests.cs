using Parley.Rtc.Ice;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Ice;

public sealed class IceControllingTests : IDisposable
{
    private static readonly TransportAddress CallerAddress = TransportAddress.FromIPv4(0x7F000001, 1);
    private static readonly TransportAddress CalleeAddress = TransportAddress.FromIPv4(0x7F000001, 2);
    private static readonly TransportAddress DeadAddress = TransportAddress.FromIPv4(0x7F000001, 3);
    private static readonly IceCredentials CallerCredentials = new("call", "caller-password-22char");
    private static readonly IceCredentials CalleeCredentials = new("srv1", "server-password-22char");
    private static readonly TimeSpan ConsentTimeout = TimeSpan.FromSeconds(30);

    private readonly VirtualClock _clock = new();
    private readonly List<double> _sent = [];
    private readonly SeededRandom _random = new(5);
    private readonly List<Action> _pumps = [];
    private readonly IceAgent _caller;
    private IceAgent _callee;
    private bool _isCut;

    public IceControllingTests()
    {
        _caller = new IceAgent(IceMode.Controlling, CallerCredentials, ConsentTimeout, _random.Fork());
        _callee = new IceAgent(IceMode.Lite, CalleeCredentials, ConsentTimeout, _random.Fork());
    }

    [Fact]
    public void The_candidate_that_answers_is_selected_on_both_sides_and_the_round_trip_is_known()
    {
        Connect([DeadAddress, CalleeAddress], TimeSpan.FromMilliseconds(40));
        _clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(CalleeAddress, _caller.Paths.Selected);
        Assert.Equal(CallerAddress, _callee.Paths.Selected);
        Assert.Equal(80, _caller.RoundTripTime!.Value.TotalMilliseconds, 0.001);
    }

    [Fact]
    public void Unanswered_checks_are_repeated_with_doubled_spacing_up_to_two_seconds()
    {
        _isCut = true;
        Connect([CalleeAddress], TimeSpan.Zero);
        _clock.RunFor(TimeSpan.FromSeconds(8));
        Assert.Equal([0, 500, 1500, 3500, 5500, 7500], _sent);
    }

    [Fact]
    public void Consent_checks_follow_every_four_to_six_seconds()
    {
        Connect([CalleeAddress], TimeSpan.FromMilliseconds(10));
        _clock.RunFor(TimeSpan.FromMinutes(2));
        var intervals = _sent.Zip(_sent.Skip(1), (a, b) => b - a).ToList();
        Assert.All(intervals, interval => Assert.InRange(interval, 4000, 6000));
        Assert.InRange(intervals.Distinct().Count(), 15, intervals.Count);
        Assert.False(_callee.IsConsentExpired);
    }

    [Fact]
    public void Both_sides_lose_consent_thirty_seconds_after_the_line_is_cut()
    {
        Connect([CalleeAddress], TimeSpan.FromMilliseconds(10));
        _clock.RunFor(TimeSpan.FromSeconds(20));
        _isCut = true;
        var cut = _clock.Now;
        _clock.RunUntil(() => _caller.IsConsentExpired && _callee.IsConsentExpired, TimeSpan.FromSeconds(31), "losing consent");
        Assert.InRange((_clock.Now - cut).TotalSeconds, 24, 30);
    }

    [Fact]
    public void An_answer_from_another_address_counts_for_nothing()
    {
        Connect([CalleeAddress], TimeSpan.Zero, answersFrom: DeadAddress);
        _clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.False(_caller.Paths.HasSelected);
        Assert.NotEqual(0, _caller.Counters[IceCounter.UnmatchedResponse]);
    }

    [Fact]
    public void An_answer_under_another_password_counts_for_nothing()
    {
        _caller.HandleDescription(CalleeCredentials with { Password = "server-password-22chaR" }, Candidates.Of(CalleeAddress), _clock.Now);
        Join(TimeSpan.Zero, CalleeAddress);
        _clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.False(_caller.Paths.HasSelected);
    }

    [Fact]
    public void Two_controlling_agents_settle_who_controls()
    {
        _callee.Dispose();
        _callee = new IceAgent(IceMode.Controlling, CalleeCredentials, ConsentTimeout, _random.Fork());
        _callee.HandleDescription(CallerCredentials, Candidates.Of(CallerAddress), _clock.Now);
        Connect([CalleeAddress], TimeSpan.FromMilliseconds(10));
        _clock.RunFor(TimeSpan.FromSeconds(3));
        Assert.True(_caller.Paths.HasSelected);
        Assert.True(_callee.Paths.HasSelected);
        Assert.NotEqual(0, _caller.Counters[IceCounter.RoleConflict] + _callee.Counters[IceCounter.RoleConflict]);
    }

    public void Dispose()
    {
        _caller.Dispose();
        _callee.Dispose();
    }

    private void Connect(TransportAddress[] candidates, TimeSpan delay, TransportAddress? answersFrom = null)
    {
        _caller.HandleDescription(CalleeCredentials, Candidates.Of(candidates), _clock.Now);
        Join(delay, answersFrom ?? CalleeAddress);
    }

    private void Join(TimeSpan delay, TransportAddress answersFrom)
    {
        Drive(_caller, delay, (packet, to) =>
        {
            if (to == CalleeAddress) Deliver(_callee, packet, CallerAddress);
        }, isCaller: true);
        Drive(_callee, delay, (packet, to) =>
        {
            if (to == CallerAddress) Deliver(_caller, packet, answersFrom);
        }, isCaller: false);
        _pumps.ForEach(pump => pump());
    }

    private void Deliver(IceAgent agent, byte[] packet, TransportAddress source)
    {
        agent.HandleDatagram(packet, source, _clock.Now);
        _pumps.ForEach(pump => pump());
    }

    private void Drive(IceAgent agent, TimeSpan delay, Action<byte[], TransportAddress> deliver, bool isCaller)
    {
        var buffer = new byte[1500];
        var scheduled = Instant.Never;
        _pumps.Add(Pump);

        void Pump()
        {
            while (agent.TryPollTransmit(buffer, out var transmit))
            {
                if (isCaller) _sent.Add(_clock.Now.TotalMilliseconds);
                var packet = buffer[..transmit.Length];
                if (!_isCut) _clock.After(delay, () => deliver(packet, transmit.Destination));
            }
            var next = agent.NextDeadline.At;
            if (next == scheduled || next.IsNever) return;
            scheduled = next;
            _clock.At(next, () =>
            {
                scheduled = Instant.Never;
                if (agent.NextDeadline.IsDue(_clock.Now)) agent.HandleTimeout(_clock.Now);
                Pump();
            });
        }
    }
}
