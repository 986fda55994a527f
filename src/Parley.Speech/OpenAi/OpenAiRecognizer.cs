using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Parley.Conversation;

namespace Parley.Speech.OpenAi;

/// <summary>/audio/transcriptions: the whole utterance, sent when it has ended. Thread-safe.</summary>
internal sealed class OpenAiRecognizer(OpenAiConnection connection, TimeProvider time) : IRecognizer
{
    private readonly OpenAiFailure _failure = new(connection.Endpoint, "transcription");

    public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
        IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wav = new WavWriter(SampleRate);
        await foreach (var frame in utterance.WithCancellation(cancellationToken))
            if (wav.Duration < LongestUtterance) wav.Write(frame.Span);
        yield return await TranscribeAsync(wav, options, cancellationToken);
    }

    private async Task<TranscriptUpdate> TranscribeAsync(WavWriter wav, RecognitionOptions options, CancellationToken cancellationToken)
    {
        if (wav.Duration == TimeSpan.Zero) return new TranscriptFinal("");
        if (wav.Duration >= LongestUtterance)
            return new TranscriptFailed("transcription_too_long", $"An utterance may last {LongestUtterance.TotalMinutes:0} minutes at most.");
        using var deadline = new CancellationTokenSource(Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await PostAsync(wav, options, stop.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Failed(_failure.Timeout(Timeout));
        }
        catch (Exception exception)
        {
            return Failed(_failure.From(exception));
        }
    }

    private async Task<TranscriptFinal> PostAsync(WavWriter wav, RecognitionOptions options, CancellationToken cancellationToken)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(wav.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/wav");
        form.Add(file, "file", "utterance.wav");
        form.Add(new StringContent(connection.Endpoint.Model), "model");
        form.Add(new StringContent("json"), "response_format");
        // The API takes ISO 639-1, a session may give a whole BCP 47 tag.
        if (options.Language is { Length: > 0 } language) form.Add(new StringContent(language.Split('-')[0]), "language");
        if (options.Prompt is { Length: > 0 } prompt) form.Add(new StringContent(prompt), "prompt");
        // Whisper's own API refuses the question.
        if (options.WantsLogprobs && !connection.Endpoint.Model.Contains("whisper", StringComparison.OrdinalIgnoreCase))
            form.Add(new StringContent("logprobs"), "include[]");
        using var response = await connection.Http.PostAsync(new Uri("audio/transcriptions", UriKind.Relative), form, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw _failure.FromStatus(response.StatusCode, body);
        return Transcript(body, response.Content.Headers.ContentType?.MediaType);
    }

    private TranscriptFinal Transcript(string body, string? mediaType)
    {
        try
        {
            return TranscriptJson.Read(body, mediaType) ?? throw _failure.InvalidResponse("its answer holds no 'text'");
        }
        catch (JsonException exception)
        {
            throw _failure.InvalidResponse("its transcript is not JSON", exception);
        }
    }

    private static TranscriptFailed Failed(SpeechException exception) => new(exception.Code, exception.Message);

    private const int SampleRate = 16_000;

    /// <summary>From the utterance's end to its words. The session gives up after ten seconds; this ends the request too.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>19 MB of audio; OpenAI's own limit is 25 MB.</summary>
    private static readonly TimeSpan LongestUtterance = TimeSpan.FromMinutes(10);
}
