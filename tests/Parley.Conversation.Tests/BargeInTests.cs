namespace Parley.Conversation.Tests;

public sealed class BargeInTests
{
    [Fact]
    public void Speech_over_the_agent_needs_140_ms_of_evidence()
    {
        var script = new TurnScript { AgentIsAudible = _ => true };
        script.User.Says("stop", from: 1, to: 2);
        script.Run(1.13);
        Assert.Empty(script.Decisions);
        Assert.Equal(["SpeechStarted at 700"], script.Run(1.14).Decisions);
    }

    [Fact]
    public void A_short_echo_of_the_agents_onset_does_not_interrupt_it()
    {
        var script = new TurnScript { AgentIsAudible = _ => true };
        script.User.MakesNoise(1, 1.12).MakesNoise(1.5, 1.62);
        Assert.Empty(script.Run(3).Decisions);
    }

    [Fact]
    public void Speech_that_began_over_the_agents_last_syllable_counts_once_the_agent_is_silent()
    {
        var script = new TurnScript { AgentIsAudible = position => position < TimeSpan.FromSeconds(1.1) };
        script.User.Says("yes", from: 1, to: 1.4);
        Assert.Equal("SpeechStarted at 700", script.Run(1.1).Decisions[0]);
    }

    [Fact]
    public void The_agent_beginning_to_speak_does_not_end_the_users_turn()
    {
        var script = new TurnScript { AgentIsAudible = position => position > TimeSpan.FromSeconds(1.5) };
        script.User.Says("hello there", from: 1, to: 2);
        Assert.Equal(["SpeechStarted at 700", "SpeechEnded at 2500"], script.Run(4).Decisions);
    }
}
