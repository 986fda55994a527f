using System.Text.RegularExpressions;
using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>a=sctp-init in offers and answers. (draft-hancke-tsvwg-snap)</summary>
public sealed partial class DescribedInitTests
{
    /// <summary>The offer's line of the draft's example.</summary>
    private const string Example = "AQAAHols3R0AUAAA/////+B5ZR3AAAAEgAgABoLA";

    [Fact]
    public void An_answer_describes_its_INIT_exactly_when_the_offer_did()
    {
        Assert.DoesNotContain("sctp-init", AnswerTo(offer => offer));
        var answer = AnswerTo(offer => WithInit(offer, Example));
        var line = Assert.Single(Lines().Matches(answer));
        var init = Convert.FromBase64String(line.Groups[1].Value);
        Assert.Equal(SctpAssociation.InitLength, init.Length);
        Assert.Equal((1, init.Length), (init[0], init[3]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!!")]
    [InlineData("AQAAHols3R0AUAAA/////+B5ZR3AAAAEgAgABoL")]
    [InlineData("CookieMonster==")]
    [InlineData("AgAAHols3R0AUAAA/////+B5ZR3AAAAEgAgABoLA")] // an INIT ACK
    [InlineData("AQAAHgAAAAAAUAAA/////+B5ZR3AAAAEgAgABoLA")] // tag 0
    [InlineData("AQAAHols3R0AUAAAAAAAAOB5ZR3AAAAEgAgABoLA")] // no streams
    [InlineData("AQAAHw==")] // shorter than it says
    [InlineData("AQAAFA==")]
    public void What_is_not_an_INIT_is_passed_over_and_the_handshake_takes_its_usual_course(string init)
    {
        using var pair = new PeerPair(3, editOffer: offer => WithInit(offer, init));
        Assert.DoesNotContain("sctp-init", pair.Callee.Peer.LocalDescription);
        pair.Connect();
        pair.OpenChannel();
    }

    [Fact]
    public void A_very_long_one_is_passed_over() =>
        Assert.DoesNotContain("sctp-init", AnswerTo(offer => WithInit(offer, Convert.ToBase64String(new byte[30_000]))));

    [Fact]
    public void An_answer_that_only_gives_ours_back_leaves_the_usual_handshake()
    {
        var clock = new VirtualClock();
        using var pair = new PeerPair(
            4, clock: clock, caller: config => config with { OffersSctpInit = true }, editOffer: offer => Lines().Replace(offer, ""));
        var ours = Lines().Match(pair.Caller.Peer.LocalDescription).Groups[1].Value;
        pair.EditAnswer = answer => WithInit(answer, ours);
        pair.Connect();
        pair.OpenChannel();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    public void Channels_open_and_messages_pass_at_this_loss(double loss)
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var conditions = new LinkConditions
            {
                Delay = TimeSpan.FromMilliseconds(40), Jitter = TimeSpan.FromMilliseconds(60), Reordering = 0.5, Loss = loss,
            };
            using var pair = new PeerPair(
                seed, conditions, caller: config => config with { OffersSctpInit = true, NegotiatedChannelId = 0 },
                callee: config => config with { NegotiatedChannelId = 0 });
            pair.Connect();
            pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.ChannelOpened), TimeSpan.FromSeconds(1), "the channel");
            pair.Callee.Peer.SendMessage(0, isBinary: true, [1, 2, 3], pair.Clock.Now);
            pair.Callee.Pump();
            pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.MessageReceived), TimeSpan.FromSeconds(30), "a message");
        }
    }

    [Fact]
    public void Random_and_mutated_INITs_never_throw_and_leave_peers_that_still_connect()
    {
        var random = new SeededRandom(9);
        var example = Convert.FromBase64String(Example);
        for (ulong seed = 0; seed < 300; seed++)
        {
            var init = seed % 2 == 0 ? example.ToArray() : new byte[random.NextUInt32() % 600];
            if (seed % 2 == 1) random.Fill(init);
            else for (var i = 0; i < 3; i++) init[random.NextUInt32() % init.Length] = (byte)random.NextUInt32();
            using var pair = new PeerPair(seed, editOffer: offer => WithInit(offer, Convert.ToBase64String(init)));
            if (seed % 30 == 0) pair.Connect();
        }
    }

    private static string AnswerTo(Func<string, string> edit)
    {
        using var pair = new PeerPair(2, editOffer: edit);
        return pair.Callee.Peer.LocalDescription;
    }

    private static string WithInit(string description, string init) =>
        description.Replace("a=sctp-port:5000\r\n", $"a=sctp-port:5000\r\na=sctp-init:{init}\r\n", StringComparison.Ordinal);

    [GeneratedRegex("a=sctp-init:([^\r\n]*)\r\n")]
    private static partial Regex Lines();
}
