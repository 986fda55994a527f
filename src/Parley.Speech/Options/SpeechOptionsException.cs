namespace Parley.Speech.Options;

/// <summary>What the operator set cannot be used. The message says, one line each, what to change.</summary>
public sealed class SpeechOptionsException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<string> Errors { get; } = errors;
}
