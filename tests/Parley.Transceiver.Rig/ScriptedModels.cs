using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Parley.Conversation;
using Parley.Speech;

namespace Parley.Transceiver.Rig;

/// <summary>Models that follow a script: transcripts and answers in order, and a voice that is a tone whose pitch each word changes.</summary>
internal static class ScriptedModels
{
    public static ModelSet Create(ScriptedRecognizer recognizer, ScriptedChat chat, ISynthesizer? voice = null) =>
        new(recognizer, chat, voice ?? new ToneSynthesizer(), []);
}

/// <summary>Listens to the end of each utterance, then gives the next transcript.</summary>
internal sealed class ScriptedRecognizer(params string[] transcripts) : IRecognizer
{
    private int _next;

    /// <summary>What was heard of each utterance, 16 kHz.</summary>
    public List<short[]> Utterances { get; } = [];

    public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
        IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heard = new List<short>();
        await foreach (var block in utterance.WithCancellation(cancellationToken)) heard.AddRange(block.Span);
        Utterances.Add([.. heard]);
        yield return new TranscriptFinal(transcripts[Math.Min(_next++, transcripts.Length - 1)]);
    }
}

/// <summary>Answers by what was said last, a word each <see cref="WordPeriod"/>.</summary>
internal sealed class ScriptedChat(Func<string, string> answer, Func<TimeProvider>? time = null) : IChatClient
{
    public static readonly TimeSpan WordPeriod = TimeSpan.FromMilliseconds(40);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        var last = messages.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";
        foreach (var word in answer(last).Split(' '))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time is not null) await Task.Delay(WordPeriod, time(), cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, word + " ");
        }
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>Speaks 300 ms of tone for each word, at once.</summary>
internal sealed class ToneSynthesizer : ISynthesizer
{
    public const int SamplesPerWord = 7200;

    public IReadOnlyList<string> Voices { get; } = ["tone"];

    /// <summary>Everything it ever said, in order.</summary>
    public List<short> Said { get; } = [];

    public async IAsyncEnumerable<SpeechFrame> SpeakAsync(
        string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        var position = 0;
        var length = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var samples = Tone(word);
            lock (Said) Said.AddRange(samples);
            position += samples.Length;
            length = text.IndexOf(word, length, StringComparison.Ordinal) + word.Length;
            yield return new SpeechFrame(samples, [new WordMark(TimeSpan.FromSeconds(position / 24_000.0), length)]);
        }
    }

    /// <summary>Pitch and loudness follow from the word, and words have pauses between them, as in speech.</summary>
    private static short[] Tone(string word)
    {
        const int Pause = 1200;
        var sum = word.Sum(c => c);
        var (pitch, loudness) = (200 + (sum % 40 * 20), 3000 + (sum % 7 * 1500));
        var samples = new short[SamplesPerWord];
        for (var i = 0; i < samples.Length - Pause; i++)
        {
            var edge = Math.Min(1, Math.Min(i, samples.Length - Pause - i) / 480.0);
            samples[i] = (short)(loudness * edge * Math.Sin(2 * Math.PI * pitch * i / 24_000));
        }
        return samples;
    }
}
