namespace Parley.Conversation.Turns;

/// <summary>Decides when a turn of the user begins while the agent is silent. Sees every frame.</summary>
public interface IStartOfTurnPolicy
{
    bool HandleFrame(SpeechEstimate frame, out SpeechOnset onset);

    /// <summary>A turn ended, or its audio was dropped: forget what was seen.</summary>
    void Reset();
}

/// <summary>Decides when a turn of the user begins while the agent is audible, which may be echo, a cough or a "mm-hm". Sees every frame.</summary>
public interface IBargeInPolicy
{
    bool HandleFrame(SpeechEstimate frame, out SpeechOnset onset);

    void Reset();
}

/// <summary>Decides when a turn of the user is over. Sees the frames of the turn.</summary>
public interface IEndOfTurnPolicy
{
    /// <summary>A turn began; <paramref name="position"/> is the end of the newest frame, which was speech.</summary>
    void Begin(TimeSpan position);

    TurnProgress HandleFrame(SpeechEstimate frame);

    /// <summary>What the recogniser understood of the turn so far. Recognisers that say nothing before the end are common.</summary>
    void HandleWords(string words)
    {
    }

    /// <summary>How much more silence would end the turn.</summary>
    TimeSpan RemainingPatience { get; }
}

public enum TurnProgress { Speaking, Pausing, Ended }
