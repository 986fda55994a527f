namespace Parley.Speech;

/// <summary>Turns text into speech. Thread-safe: one synthesiser serves many replies at once.</summary>
public interface ISynthesizer
{
    /// <summary>
    /// Speaks one clause. Frames come as soon as they are made, faster than real time; cancelling stops within one frame.
    /// Throws <see cref="SpeechException"/> when it cannot speak.
    /// </summary>
    IAsyncEnumerable<SpeechFrame> SpeakAsync(string text, SynthesisOptions options, CancellationToken cancellationToken);

    /// <summary>The voice names that it knows, the default first.</summary>
    IReadOnlyList<string> Voices { get; }
}

/// <param name="Voice">A name from <see cref="ISynthesizer.Voices"/>; another name gives the default voice.</param>
/// <param name="Speed">1 is normal, 0.25…1.5.</param>
public sealed record SynthesisOptions(string Voice, double Speed = 1);

/// <summary>Mono, 16 bit, 24 kHz speech.</summary>
/// <param name="Marks">Ends of words inside this frame; empty where the synthesiser has no word times.</param>
public readonly record struct SpeechFrame(ReadOnlyMemory<short> Samples, IReadOnlyList<WordMark> Marks);

/// <summary>At <paramref name="Position"/> from the start of the clause's audio its first <paramref name="TextLength"/> characters are spoken.</summary>
public readonly record struct WordMark(TimeSpan Position, int TextLength);
