using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Speech.OpenAi;

/// <summary>/audio/speech with response_format pcm, passed on as it comes. Without word times: the API has none. Thread-safe.</summary>
internal sealed class OpenAiSynthesizer(OpenAiConnection connection, OpenAiVoice voice) : ISynthesizer
{
    private readonly OpenAiFailure _failure = new(connection.Endpoint, "speech");

    public IReadOnlyList<string> Voices => voice.Voices;

    public async IAsyncEnumerable<SpeechFrame> SpeakAsync(
        string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await PostAsync(text, options, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var audio = new SpeechBytes(voice.SampleRate);
        var buffer = new byte[ReadLength];
        var frame = new List<short>();
        var hasSound = false;
        while (await ReadAsync(body, buffer, cancellationToken) is var read and > 0)
        {
            frame.AddRange(audio.Add(buffer.AsSpan(0, read)));
            if (audio.Problem is { } problem) throw _failure.InvalidResponse(problem);
            if (frame.Count < ShortestFrame) continue;
            hasSound = true;
            yield return new SpeechFrame(frame.ToArray(), []);
            frame.Clear();
        }
        if (frame.Count > 0) yield return new SpeechFrame(frame.ToArray(), []);
        else if (!hasSound) throw _failure.InvalidResponse("its speech is empty");
    }

    private async Task<HttpResponseMessage> PostAsync(string text, SynthesisOptions options, CancellationToken cancellationToken)
    {
        var json = new JsonObject
        {
            ["model"] = connection.Endpoint.Model,
            ["input"] = text,
            ["voice"] = Voices.Contains(options.Voice) ? options.Voice : Voices[0],
            ["response_format"] = "pcm",
        };
        // Some servers do not know the field; it goes only where it says something.
        if (Math.Abs(options.Speed - 1) > 0.001) json["speed"] = Math.Clamp(options.Speed, 0.25, 4);
        HttpResponseMessage? response = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "audio/speech") 
            {
                Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json"),
            };
            response = await connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw _failure.FromStatus(response.StatusCode, await ErrorAsync(response, cancellationToken));
            if (response.Content.Headers.ContentType?.MediaType is { } type && (type.StartsWith("text/", StringComparison.Ordinal) || type == "application/json"))
                throw _failure.InvalidResponse($"it sends {type} instead of audio");
            if (response.Content.Headers.ContentType?.MediaType is "audio/mpeg" or "audio/mp3" or "audio/ogg" or "audio/flac" or "audio/aac")
                throw _failure.InvalidResponse(SpeechBytes.CompressedProblem);
            return response;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw _failure.From(exception);
        }
    }

    private async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw _failure.From(exception);
        }
    }

    /// <summary>The start of an error's body: it may be of any length.</summary>
    private static async Task<string> ErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[4096];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    /// <summary>100 ms at 24 kHz.</summary>
    private const int ReadLength = 4800;

    /// <summary>20 ms: what the pacer sends at once; less would only cost.</summary>
    private const int ShortestFrame = 480;
}
