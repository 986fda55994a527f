namespace Parley.Conversation.Tests;

public sealed class StartOfTurnTests
{
    [Fact]
    public void A_turn_begins_after_80_ms_of_speech_and_includes_the_padding_before_it()
    {
        var script = new TurnScript();
        script.User.Says("hello", from: 1, to: 2);
        script.Run(1.07);
        Assert.Empty(script.Decisions);
        script.Run(1.08);
        Assert.Equal(["SpeechStarted at 700"], script.Decisions);
    }

    [Fact]
    public void Padding_does_not_reach_before_the_beginning()
    {
        var script = new TurnScript();
        script.User.Says("hello", from: 0.1, to: 2);
        Assert.Equal(["SpeechStarted at 0"], script.Run(1).Decisions);
    }

    [Fact]
    public void A_click_does_not_begin_a_turn()
    {
        var script = new TurnScript();
        script.User.MakesNoise(1, 1.05).MakesNoise(1.3, 1.36).MakesNoise(2, 2.07);
        Assert.Empty(script.Run(3).Decisions);
    }

    [Fact]
    public void Padding_does_not_take_audio_of_the_turn_before()
    {
        var script = new TurnScript();
        script.User.Says("one", from: 1, to: 2).Says("two", from: 2.6, to: 3.5);
        Assert.Equal(
            ["SpeechStarted at 700", "SpeechEnded at 2500", "SpeechStarted at 2500", "SpeechEnded at 4000"],
            script.Run(5).Decisions);
    }

    [Fact]
    public void Frames_that_never_came_count_as_silence()
    {
        var script = new TurnScript();
        script.User.MakesNoise(1, 1.05).MakesNoise(1.65, 1.70);
        script.Run(1.05);
        script.Skip(0.6);
        Assert.Empty(script.Run(2).Decisions);
    }
}
