using Parley.Speech;
using Parley.Speech.Embedded;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary>Makes turns of what the command line names: files, lines to be spoken, lines to be typed.</summary>
internal static class TurnReader
{
    /// <exception cref="CallFailedException">A file cannot be used, or a line cannot be spoken.</exception>
    public static async Task<IReadOnlyList<CallerTurn>> ReadAsync(
        IEnumerable<(TurnSource Source, string Text)> sources, string? voice, CancellationToken cancellationToken)
    {
        var turns = new List<CallerTurn>();
        foreach (var (source, text) in sources)
        {
            turns.Add(source switch
            {
                TurnSource.File => new SpokenTurn(Path.GetFileName(text), ReadFile(text)),
                TurnSource.Spoken => new SpokenTurn(text, await SpeakAsync(text, voice, cancellationToken)),
                _ => new TypedTurn(text),
            });
        }
        return turns;
    }

    private static short[] ReadFile(string path)
    {
        try
        {
            return WavFile.Read(File.ReadAllBytes(path), VoiceCaller.SampleRate);
        }
        catch (InvalidDataException exception)
        {
            throw new CallFailedException($"{path} cannot be spoken: {exception.Message}.", isMisuse: true);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CallFailedException($"{path} cannot be read: there is no such file.", isMisuse: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CallFailedException($"{path} cannot be read: {exception.Message}", isMisuse: true);
        }
    }

    private static async Task<short[]> SpeakAsync(string text, string? voice, CancellationToken cancellationToken)
    {
        var synthesizer = new FliteSynthesizer();
        if (voice is not null && !synthesizer.Voices.Contains(voice))
            throw new CallFailedException($"There is no voice '{voice}'; there are {string.Join(", ", synthesizer.Voices)}.", isMisuse: true);
        var samples = new List<short>();
        try
        {
            await foreach (var frame in synthesizer.SpeakAsync(text, new SynthesisOptions(voice ?? synthesizer.Voices[0]), cancellationToken))
                samples.AddRange(frame.Samples.Span);
        }
        catch (SpeechException exception)
        {
            throw new CallFailedException(exception.Message, isMisuse: true);
        }
        return samples.Count > 0 ? [.. samples] : throw new CallFailedException($"'{text}' has nothing that can be spoken.", isMisuse: true);
    }
}

/// <summary>Where the words of a turn come from.</summary>
internal enum TurnSource
{
    File,
    Spoken,
    Typed,
}
