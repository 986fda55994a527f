using Parley.Conversation.Turns;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Input;

/// <summary>Makes the policies that a <c>turn_detection</c> object asks for.</summary>
internal static class TurnTakers
{
    public static TurnTaker Create(TurnDetectionSettings settings)
    {
        var threshold = settings.Threshold;
        return new TurnTaker(SpeechEvidencePolicy.ForStart(threshold), EndPolicy(settings), SpeechEvidencePolicy.ForBargeIn(threshold), Limits(settings));
    }

    /// <summary>The turn taker goes on under other settings.</summary>
    public static void Reconfigure(TurnTaker turns, TurnDetectionSettings settings)
    {
        var threshold = settings.Threshold;
        turns.Replace(SpeechEvidencePolicy.ForStart(threshold), EndPolicy(settings), SpeechEvidencePolicy.ForBargeIn(threshold), Limits(settings));
    }

    private static SilenceEndPolicy EndPolicy(TurnDetectionSettings settings) => new(settings.Threshold, Patience(settings));

    private static TurnLimits Limits(TurnDetectionSettings settings) => new() { PrefixPadding = settings.PrefixPadding };

    /// <summary>Until meaning decides about the end of a turn, eagerness is a length of silence.</summary>
    private static TimeSpan Patience(TurnDetectionSettings settings) => (settings.Kind, settings.Eagerness) switch
    {
        (TurnDetectionKind.ServerVad, _) => settings.SilenceDuration,
        (_, Eagerness.High) => TimeSpan.FromMilliseconds(400),
        (_, Eagerness.Low) => TimeSpan.FromMilliseconds(1200),
        _ => TimeSpan.FromMilliseconds(700),
    };
}
