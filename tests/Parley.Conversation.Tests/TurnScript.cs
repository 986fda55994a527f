using Parley.Conversation.Turns;
using Parley.Simulation;

namespace Parley.Conversation.Tests;

/// <summary>Plays a scripted user to a turn taker, frame by frame, and writes down what it decides.</summary>
internal sealed class TurnScript
{
    public ScriptedUser User { get; } = new();

    public TurnTaker Turns { get; } = new(
        SpeechEvidencePolicy.ForStart(0.5), new SilenceEndPolicy(0.5, TimeSpan.FromMilliseconds(500)),
        SpeechEvidencePolicy.ForBargeIn(0.5), new TurnLimits());

    /// <summary>Whether the agent is audible at a position of the input audio.</summary>
    public Func<TimeSpan, bool> AgentIsAudible { get; set; } = _ => false;

    /// <summary>When the frame that ends at a position arrives; at its position unless a test says otherwise.</summary>
    public Func<TimeSpan, Instant> ArrivalOf { get; set; } = position => new Instant(position.Ticks);

    /// <summary>Decisions as "kind at milliseconds of audio".</summary>
    public List<string> Decisions { get; } = [];

    public TimeSpan Position { get; private set; }

    public TurnScript Run(double untilSeconds)
    {
        while (Position < TimeSpan.FromSeconds(untilSeconds))
        {
            Position += SpeechEstimate.FrameDuration;
            Note(Turns.HandleSpeech(new SpeechEstimate(User.SpeechAt(Position), Position), AgentIsAudible(Position), ArrivalOf(Position)));
        }
        return this;
    }

    /// <summary>Audio that never arrives.</summary>
    public void Skip(double seconds) => Position += TimeSpan.FromSeconds(seconds);

    public void Note(TurnDecision decision)
    {
        if (decision.Kind != TurnDecisionKind.None) Decisions.Add($"{decision.Kind} at {decision.Position.TotalMilliseconds}");
    }
}
