using Parley.Conversation.Turns;

namespace Parley.Conversation.Tests;

public sealed class EndOfTurnTests
{
    [Fact]
    public void A_turn_ends_after_the_configured_silence()
    {
        var script = new TurnScript();
        script.User.Says("hello", from: 1, to: 2);
        Assert.Equal(["SpeechStarted at 700", "SpeechEnded at 2500"], script.Run(4).Decisions);
    }

    [Fact]
    public void A_shorter_pause_does_not_end_it()
    {
        var script = new TurnScript();
        script.User.Says("I would like", from: 1, to: 2).Says("a coffee", from: 2.45, to: 3);
        Assert.Equal(["SpeechStarted at 700", "SpeechEnded at 3500"], script.Run(5).Decisions);
    }

    [Fact]
    public void A_burst_of_late_frames_changes_no_decision()
    {
        var steady = new TurnScript();
        var bursty = new TurnScript { ArrivalOf = position => Instant.FromMilliseconds(Math.Ceiling(position.TotalMilliseconds / 400) * 400) };
        foreach (var script in new[] { steady, bursty })
            script.User.Says("I would like", from: 1, to: 2).Says("a coffee", from: 2.45, to: 3).Says("please", from: 4, to: 4.5);
        Assert.Equal(steady.Run(6).Decisions, bursty.Run(6).Decisions);
    }

    [Fact]
    public void A_track_that_falls_mute_in_the_middle_of_a_word_ends_the_turn_by_time()
    {
        var script = new TurnScript();
        script.User.Says("hello and", from: 1, to: 9);
        script.Run(2);
        var deadline = script.Turns.NextDeadline;
        Assert.Equal(new Deadline(Instant.FromMilliseconds(3000), "turns.Stall"), deadline);

        script.Note(script.Turns.HandleTimeout(Instant.FromMilliseconds(2999)));
        Assert.Single(script.Decisions);
        script.Note(script.Turns.HandleTimeout(deadline.At));
        Assert.Equal("SpeechEnded at 2000", script.Decisions[^1]);
        Assert.True(script.Turns.NextDeadline.IsNone);
    }

    [Fact]
    public void A_cough_is_dismissed()
    {
        var script = new TurnScript();
        script.User.MakesNoise(1, 1.1);
        Assert.Equal(["SpeechStarted at 700", "SpeechDismissed at 1600"], script.Run(4).Decisions);
    }

    [Fact]
    public void A_turn_that_never_pauses_ends_at_the_limit()
    {
        var script = new TurnScript();
        script.User.MakesNoise(1, 300);
        script.Run(121);
        Assert.Equal(["SpeechStarted at 700", "SpeechEnded at 120700"], script.Decisions.Take(2));
    }

    [Fact]
    public void Each_policy_can_be_replaced_while_a_turn_is_under_way()
    {
        var script = new TurnScript();
        script.User.Says("hello", from: 1, to: 2);
        script.Run(2.2);
        script.Turns.Replace(SpeechEvidencePolicy.ForStart(0.5), new SilenceEndPolicy(0.5, TimeSpan.FromMilliseconds(1000)),
            SpeechEvidencePolicy.ForBargeIn(0.5), new TurnLimits());
        Assert.Equal("SpeechEnded at 3200", script.Run(5).Decisions[^1]);
    }
}
