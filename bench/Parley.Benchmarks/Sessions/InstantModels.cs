using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Parley.Conversation;
using Parley.Speech;

namespace Parley.Benchmarks.Sessions;

/// <summary>Models that take no time: what is measured is everything around them.</summary>
internal static class InstantModels
{
    public static ModelSet Create() => new(new InstantRecognizer(), new InstantChat(), new InstantVoice(), []);

    private sealed class InstantRecognizer : IRecognizer
    {
        public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
            IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var _ in utterance.WithCancellation(cancellationToken)) { }
            yield return new TranscriptFinal("what time is it");
        }
    }

    private sealed class InstantChat : IChatClient
    {
        private static readonly string[] Words = ["It ", "is ", "half ", "past ", "seven."];

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            foreach (var word in Words) yield return new ChatResponseUpdate(ChatRole.Assistant, word);
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Two seconds of sound for each clause, 100 ms at a time.</summary>
    private sealed class InstantVoice : ISynthesizer
    {
        private static readonly short[] Sound = [.. Enumerable.Range(0, 2_400).Select(i => (short)(8000 * Math.Sin(i * 2 * Math.PI / 100)))];

        public IReadOnlyList<string> Voices { get; } = ["instant"];

        public async IAsyncEnumerable<SpeechFrame> SpeakAsync(string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            for (var i = 0; i < 20; i++) yield return new SpeechFrame(Sound, []);
        }
    }
}
