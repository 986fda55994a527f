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

    private static IEndOfTurnPolicy EndPolicy(TurnDetectionSettings settings) => settings.Kind == TurnDetectionKind.ServerVad
        ? new SilenceEndPolicy(settings.Threshold, settings.SilenceDuration)
        : new SemanticEndPolicy(settings.Threshold, settings.Eagerness switch
        {
            Eagerness.High => SemanticPatience.Eager,
            Eagerness.Low => SemanticPatience.Reserved,
            _ => SemanticPatience.Medium,
        });

    private static TurnLimits Limits(TurnDetectionSettings settings) => new() { PrefixPadding = settings.PrefixPadding };
}
