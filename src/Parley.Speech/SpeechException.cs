namespace Parley.Speech;

/// <summary>A model could not do its work. <see cref="Code"/> is short and stable; the message tells the operator what to do.</summary>
public sealed class SpeechException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
