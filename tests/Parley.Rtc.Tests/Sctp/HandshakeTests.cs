using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

public sealed class HandshakeTests
{
    [Fact]
    public void One_side_may_begin_and_the_other_only_answer()
    {
        var pair = new SctpPair();
        pair.Left.Start();
        pair.RunUntil(() => pair.Left.IsConnected && pair.Right.IsConnected, 1, "connect");
        Assert.Equal(1, pair.Left.Count(DataChannelEventKind.Connected));
        Assert.Equal(1, pair.Right.Count(DataChannelEventKind.Connected));
        Assert.Equal(80, pair.Clock.Now.TotalMilliseconds, 0.001);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(39)]
    [InlineData(45)]
    [InlineData(70)]
    public void Both_may_begin_at_once_or_a_little_apart(int apartMs)
    {
        var pair = new SctpPair();
        pair.Left.Start();
        pair.Clock.After(TimeSpan.FromMilliseconds(apartMs), pair.Right.Start);
        pair.RunUntil(() => pair.Left.IsConnected && pair.Right.IsConnected, 1, "connect");
        pair.RunFor(5);
        AssertWorks(pair);
        Assert.Equal(1, pair.Left.Count(DataChannelEventKind.Connected));
        Assert.Equal(1, pair.Right.Count(DataChannelEventKind.Connected));
    }

    [Fact]
    public void It_comes_about_under_heavy_loss_reordering_and_duplication()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var pair = new SctpPair(seed, new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(30), Jitter = TimeSpan.FromMilliseconds(50), Reordering = 0.5, Duplication = 0.3, Loss = 0.3,
            }).Connect();
            AssertWorks(pair);
        }
    }

    [Fact]
    public void Data_given_before_the_start_travels_with_the_cookie()
    {
        var pair = new SctpPair();
        var channel = pair.Left.Open("early");
        pair.Left.Send(channel, [1, 2, 3]);
        pair.Left.Start();
        pair.RunUntil(() => pair.Right.Messages.Count == 1, 1, "early data");
        // INIT, INIT ACK, COOKIE ECHO with the data: three one-way delays.
        Assert.Equal(60, pair.Clock.Now.TotalMilliseconds, 0.001);
        Assert.Equal("early", pair.Right.Events.Single(e => e.Kind == DataChannelEventKind.ChannelOpened).Label);
    }

    [Fact]
    public void Early_data_survives_the_loss_of_the_cookie_and_of_its_answer()
    {
        var pair = new SctpPair();
        var channel = pair.Left.Open();
        pair.Left.Send(channel, new byte[5000]);
        var (fromLeft, fromRight) = (0, 0);
        pair.Left.Filter = _ => fromLeft++ != 1;
        pair.Right.Filter = _ => fromRight++ != 1;
        pair.Left.Start();
        pair.RunUntil(() => pair.Left.IsConnected && pair.Right.Messages.Count == 1, 10, "early data");
        AssertWorks(pair);
    }

    [Fact]
    public void A_peer_that_never_answers_ends_it_with_a_reason()
    {
        var pair = new SctpPair();
        pair.ToRight.Conditions = new LinkConditions { IsCut = true };
        pair.Left.Start();
        pair.RunUntil(() => pair.Left.Association.CloseReason != SctpCloseReason.None, 60, "give up");
        Assert.Equal(SctpCloseReason.HandshakeTimeout, pair.Left.Association.CloseReason);
        Assert.Equal(Deadline.None, pair.Left.Association.NextDeadline);
        Assert.InRange(pair.Clock.Now.TotalMilliseconds, 20_000, 40_000);
        Assert.Equal(SctpCloseReason.HandshakeTimeout, pair.Left.Events.Single(e => e.Kind == DataChannelEventKind.Closed).CloseReason);
    }

    [Fact]
    public void The_first_time_out_can_come_from_a_round_trip_that_was_measured_before()
    {
        var pair = new SctpPair();
        pair.Left.Association.AssumeRoundTrip(TimeSpan.FromMilliseconds(100));
        pair.Left.Start();
        Assert.Equal(new Deadline(Instant.FromMilliseconds(310), "sctp.Handshake"), pair.Left.Association.NextDeadline);
    }

    [Fact]
    public void Ports_other_than_5000_work_and_a_wrong_port_is_dropped()
    {
        var pair = new SctpPair(
            left: new SctpConfig { LocalPort = 5001, RemotePort = 6001 }, right: new SctpConfig { LocalPort = 6001, RemotePort = 5001 }).Connect();
        AssertWorks(pair);

        var other = new SctpPair(left: new SctpConfig { RemotePort = 5002 });
        other.Left.Start();
        other.RunFor(1);
        Assert.Equal(1, other.Right.Association.Counters[SctpCounter.WrongPort]);
    }

    [Fact]
    public void A_forged_cookie_is_counted_and_changes_nothing()
    {
        var pair = new SctpPair();
        pair.Left.Filter = packet =>
        {
            if (packet[12] != 10) return true;
            packet[20] ^= 1;
            Packets.Seal(packet);
            return true;
        };
        pair.Left.Start();
        pair.RunFor(2);
        Assert.Equal(SctpState.Closed, pair.Right.Association.State);
        Assert.True(pair.Right.Association.Counters[SctpCounter.BadCookie] >= 1);
    }

    [Fact]
    public void A_cookie_that_took_too_long_is_refused_and_a_new_one_is_asked_for()
    {
        var config = new SctpConfig { CookieLifetime = TimeSpan.FromMilliseconds(200) };
        var pair = new SctpPair(right: config);
        byte[]? held = null;
        var isDelivered = false;
        pair.Left.Filter = packet =>
        {
            if (packet[12] != 10 || isDelivered) return true;
            if (held is null) pair.Clock.After(TimeSpan.FromMilliseconds(600), Deliver);
            held ??= packet;
            return false;
        };

        void Deliver()
        {
            isDelivered = true;
            pair.Right.Receive(held!);
        }

        pair.Left.Start();
        pair.RunUntil(() => pair.Left.IsConnected, 10, "connect with the second cookie");
        Assert.Equal(1, pair.Right.Association.Counters[SctpCounter.StaleCookie]);
        AssertWorks(pair);
    }

    [Fact]
    public void A_peer_that_lost_its_state_ends_the_association()
    {
        var pair = new SctpPair().Connect();
        var reborn = new SctpSide(pair.Clock, SctpConfig.Default, new SeededRandom(99), isDtlsClient: true);
        var answers = new List<byte[]>();
        reborn.SendPacket = pair.Right.Receive;
        pair.Right.SendPacket = answers.Add;
        reborn.Start();
        Assert.Equal(SctpCloseReason.PeerRestarted, pair.Right.Association.CloseReason);
        reborn.Receive(Assert.Single(answers));
        Assert.Equal(SctpCloseReason.RemoteAbort, reborn.Association.CloseReason);
    }

    private static void AssertWorks(SctpPair pair)
    {
        var (left, right) = (pair.Left.Messages.Count, pair.Right.Messages.Count);
        var channel = pair.Left.Open();
        pair.Left.Send(channel, [1]);
        pair.RunUntil(() => pair.Right.Messages.Count == right + 1, 60, "message to the right");
        pair.Right.Send(channel, [2]);
        pair.RunUntil(() => pair.Left.Messages.Count == left + 1, 60, "message to the left");
    }
}
