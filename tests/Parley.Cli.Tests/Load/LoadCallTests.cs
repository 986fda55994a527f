using Parley.Cli.Load;
using Parley.Rtc;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Cli.Tests.Load;

/// <summary>A call of the load against a peer that sends each frame back, on virtual time.</summary>
public sealed class LoadCallTests : IDisposable
{
    private static readonly TransportAddress CallerAddress = TransportAddress.FromIPv4(0x7F000001, 40_000);
    private static readonly TransportAddress ServerAddress = TransportAddress.FromIPv4(0x7F000001, 3478);
    private static readonly LoadSound Sound = new();

    private readonly DtlsCertificate _certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SilenceGauge _gauge = new();
    private readonly byte[] _buffer = new byte[1500];
    private readonly LoadCall _call;
    private readonly RtcPeer _server;
    private readonly HashSet<int> _heardLengths = [];
    private Instant _now = new(0);
    private uint _timestamp;
    private bool _isCut;

    public LoadCallTests()
    {
        var random = new SeededRandom(1);
        _call = new LoadCall(new RtcPeerConfig { Certificate = _certificate, LocalCandidates = [CallerAddress] }, Sound, _gauge, random.Fork(), _now);
        var answering = new RtcPeerConfig { Certificate = _certificate, LocalCandidates = [ServerAddress] };
        Assert.True(RtcPeer.TryAnswer(_call.OfferSdp, answering, random.Fork(), _now, out var server, out _));
        _server = server;
    }

    [Fact]
    public void It_speaks_fifty_times_a_second_and_hears_it_all()
    {
        Connect();
        Run(TimeSpan.FromSeconds(2));
        var outcome = HangUp();
        Assert.Null(outcome.LostBy);
        Assert.InRange(outcome.FramesSent, 103, 106);
        Assert.InRange(outcome.FramesReceived, outcome.FramesSent - 1, outcome.FramesSent);
        Assert.InRange(outcome.SetUp!.Value, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Assert.True(outcome.FirstMedia >= outcome.SetUp);
        Assert.InRange(outcome.LongestSilence!.Value.TotalMilliseconds, 19, 22);
        Assert.True(_heardLengths.Max() > 40, "What is said is not as long as speech.");
    }

    [Fact]
    public void A_silence_is_measured_from_the_packet_before_to_the_one_after()
    {
        Connect();
        Run(TimeSpan.FromSeconds(1));
        _gauge.Take();
        _isCut = true;
        Run(TimeSpan.FromMilliseconds(300));
        _isCut = false;
        Run(TimeSpan.FromSeconds(1));
        Assert.InRange(_gauge.Take().TotalMilliseconds, 300, 345);
        Assert.Equal(TimeSpan.Zero, _gauge.Take());
        var outcome = HangUp();
        Assert.Null(outcome.LostBy);
        Assert.InRange(outcome.LongestSilence!.Value.TotalMilliseconds, 300, 345);
    }

    [Fact]
    public void A_silence_that_does_not_end_counts_to_the_hang_up()
    {
        Connect();
        Run(TimeSpan.FromSeconds(1));
        _isCut = true;
        Run(TimeSpan.FromMilliseconds(800));
        Assert.InRange(HangUp().LongestSilence!.Value.TotalMilliseconds, 780, 845);
    }

    [Fact]
    public void A_server_that_hangs_up_has_lost_the_call()
    {
        Connect();
        Run(TimeSpan.FromSeconds(1));
        _server.Close(_now);
        Run(TimeSpan.FromSeconds(3));
        Assert.True(_call.Ended.IsCompletedSuccessfully);
        Assert.Equal("remote_closed", Outcome.LostBy);
    }

    [Fact]
    public void A_server_that_is_gone_has_lost_the_call()
    {
        Connect();
        Run(TimeSpan.FromSeconds(1));
        _isCut = true;
        Run(TimeSpan.FromSeconds(40));
        Assert.Equal("consent_expired", Outcome.LostBy);
    }

    [Fact]
    public void A_call_that_nobody_takes_is_lost()
    {
        _isCut = true;
        _call.HandleAnswer(_server.LocalDescription, _now);
        Assert.False(_call.Settled.IsCompleted);
        Run(TimeSpan.FromSeconds(40));
        Assert.True(_call.Settled.IsCompleted);
        Assert.Equal(("connect_timed_out", null), (Outcome.LostBy, Outcome.SetUp));
    }

    [Fact]
    public void An_answer_that_is_none_is_a_lost_call()
    {
        _call.HandleAnswer("v=0\r\nnothing more", _now);
        Run(TimeSpan.FromSeconds(3));
        Assert.Equal("answer_unusable", Outcome.LostBy);
    }

    [Fact]
    public void After_a_standstill_there_is_no_burst()
    {
        Connect();
        Run(TimeSpan.FromSeconds(1));
        _now += TimeSpan.FromSeconds(5);
        Run(TimeSpan.FromSeconds(1));
        Assert.InRange(HangUp().FramesSent, 103, 107);
    }

    private CallOutcome Outcome => _call.Ended.IsCompletedSuccessfully ? _call.Ended.GetAwaiter().GetResult() : throw new InvalidOperationException("The call is not over.");

    public void Dispose()
    {
        _call.Dispose();
        _server.Dispose();
        _certificate.Dispose();
    }

    private void Connect()
    {
        _call.HandleAnswer(_server.LocalDescription, _now);
        Run(TimeSpan.FromMilliseconds(100));
        Assert.True(_call.Settled.IsCompleted && !_call.Ended.IsCompleted, "The call did not connect.");
    }

    private CallOutcome HangUp()
    {
        _call.HangUp(_now);
        Run(TimeSpan.FromSeconds(3));
        return Outcome;
    }

    private void Run(TimeSpan span)
    {
        for (var end = _now + span; _now < end; _now += TimeSpan.FromMilliseconds(1))
        {
            if (_call.NextDeadline.IsDue(_now)) _call.HandleTimeout(_now);
            if (_server.NextDeadline.IsDue(_now)) _server.HandleTimeout(_now);
            EchoAll();
            while (_call.TryPollTransmit(_buffer, out var transmit))
                if (!_isCut) _server.HandleDatagram(new Datagram(_buffer.AsSpan(0, transmit.Length), CallerAddress), _now);
            EchoAll();
            while (_server.TryPollTransmit(_buffer, out var transmit))
                if (!_isCut) _call.HandleDatagram(new Datagram(_buffer.AsSpan(0, transmit.Length), ServerAddress), _now);
        }
    }

    private void EchoAll()
    {
        Span<byte> payload = stackalloc byte[1500];
        while (_server.TryPollEvent(out var e))
        {
            if (e.Kind != PeerEventKind.AudioReceived) continue;
            var length = _server.ReadPayload(payload);
            _heardLengths.Add(length);
            _server.TrySendAudio(payload[..length], _timestamp += 960, marker: false, _now);
        }
    }
}
