using System.Text;
using Microsoft.Extensions.Time.Testing;
using Parley.Conversation;
using Parley.Speech.OpenAi;

namespace Parley.Speech.Tests.OpenAi;

public sealed class RecognizerServerTests
{
    private static async IAsyncEnumerable<ReadOnlyMemory<short>> Utterance(params short[][] frames)
    {
        foreach (var frame in frames)
        {
            await Task.Yield();
            yield return frame;
        }
    }

    private static async Task<TranscriptUpdate> RunAsync(Uri url, RecognitionOptions? options = null, string? key = null, TimeProvider? time = null,
        params short[][] frames)
    {
        var recognizer = new OpenAiRecognizer(Servers.Connect(url, "models.recognizer", key), time ?? TimeProvider.System);
        TranscriptUpdate? last = null;
        var utterance = Utterance(frames.Length > 0 ? frames : [[1, 2, 3], [-1]]);
        await foreach (var update in recognizer.RecognizeAsync(utterance, options ?? new RecognitionOptions(), TestContext.Current.CancellationToken))
        {
            Assert.Null(last);
            last = update;
        }
        return last!;
    }

    [Theory]
    [InlineData("application/json", """{"text":" What time is it? "}""")]
    [InlineData("application/json; charset=utf-8", "\"What time is it?\"")]
    [InlineData("text/plain; charset=utf-8", "What time is it?\n")]
    [InlineData("text/plain", """{"text":"What time is it?","language":"en"}""")]
    public async Task The_words_come_back_however_the_server_wraps_them(string type, string body)
    {
        await using var server = new ScriptedServer(200, type, body);
        Assert.Equal(new TranscriptFinal("What time is it?"), await RunAsync(server.Url));
    }

    [Fact]
    public async Task The_utterance_is_sent_as_a_wav_file_with_what_the_session_knows()
    {
        await using var server = new ScriptedServer(200, "application/json", """{"text":"x"}""");
        await RunAsync(server.Url, new RecognitionOptions("de-AT", "Parley"), Servers.Key);
        var request = server.Requests.Single();
        Assert.StartsWith("POST /v1/audio/transcriptions ", request.Line, StringComparison.Ordinal);
        Assert.StartsWith("multipart/form-data", request.Headers["content-type"], StringComparison.Ordinal);
        Assert.Equal("Bearer " + Servers.Key, request.Headers["authorization"]);
        Assert.Matches("name=\"?model\"?\r\n\r\nthe-model\r\n", request.Text);
        Assert.Matches("name=\"?language\"?\r\n\r\nde\r\n", request.Text);
        Assert.Matches("name=\"?prompt\"?\r\n\r\nParley\r\n", request.Text);
        Assert.Matches("name=\"?response_format\"?\r\n\r\njson\r\n", request.Text);
        var wav = request.Body.AsSpan(request.Text.IndexOf("RIFF", StringComparison.Ordinal), 52);
        Assert.Equal("WAVEfmt ", Encoding.ASCII.GetString(wav[8..16]));
        Assert.Equal(16_000, BitConverter.ToInt32(wav[24..]));
        Assert.Equal(8, BitConverter.ToInt32(wav[40..]));
        Assert.Equal([1, 2, 3, -1], new[] { 44, 46, 48, 50 }.Select(at => (int)BitConverter.ToInt16(request.Body, request.Text.IndexOf("RIFF", StringComparison.Ordinal) + at)));
    }

    [Fact]
    public async Task Log_probabilities_languages_and_usage_come_back_where_the_server_gives_them()
    {
        await using var server = new ScriptedServer(200, "application/json", """
            {"text":"Hi there","logprobs":[{"token":"Hi","logprob":-0.1,"bytes":[72,105]},{"token":" there","logprob":-2}],"languages":[{"code":"en"}],
             "usage":{"type":"tokens","input_tokens":14,"output_tokens":5,"total_tokens":19,"input_token_details":{"text_tokens":4,"audio_tokens":10}}}
            """);
        var final = Assert.IsType<TranscriptFinal>(await RunAsync(server.Url, new RecognitionOptions(WantsLogprobs: true)));
        Assert.Equal([new TokenLogprob("Hi", -0.1), new TokenLogprob(" there", -2)], final.Logprobs);
        Assert.Equal(["en"], final.Languages);
        Assert.Equal(new TranscriptUsage(4, 10, 5), final.Usage);
        Assert.Matches("name=\"?include\\[\\]\"?\r\n\r\nlogprobs\r\n", server.Requests.Single().Text);
    }

    [Theory]
    [InlineData("""{"text":"x","logprobs":7,"languages":"en","usage":[]}""")]
    [InlineData("""{"text":"x","logprobs":[{"token":"x"}],"usage":{"type":"duration","seconds":2}}""")]
    public async Task What_is_beside_the_words_is_left_out_where_it_has_another_shape(string body)
    {
        await using var server = new ScriptedServer(200, "application/json", body);
        Assert.Equal(new TranscriptFinal("x"), await RunAsync(server.Url));
    }

    [Fact]
    public async Task Silence_of_no_length_asks_nobody()
    {
        await using var server = new ScriptedServer(500, "text/plain", "");
        Assert.Equal(new TranscriptFinal(""), await RunAsync(server.Url, frames: [[]]));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(401, "text/plain", "no", "transcription_unauthorized")]
    [InlineData(404, "text/html", "<html>", "transcription_not_found")]
    [InlineData(429, "application/json", "{}", "transcription_rate_limited")]
    [InlineData(500, "application/json", "{", "transcription_server_error")]
    [InlineData(200, "application/json", "{", "transcription_invalid_response")]
    [InlineData(200, "application/json", "{\"txt\":1}", "transcription_invalid_response")]
    [InlineData(200, "text/html", "<html>hello</html>", "transcription_invalid_response")]
    public async Task A_fault_is_an_outcome_and_not_an_exception(int status, string type, string body, string code)
    {
        await using var server = new ScriptedServer(status, type, body);
        Assert.Equal(code, Assert.IsType<TranscriptFailed>(await RunAsync(server.Url)).Code);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_unreachable()
    {
        var failed = Assert.IsType<TranscriptFailed>(await RunAsync(ScriptedServer.Nowhere()));
        Assert.Equal("transcription_unreachable", failed.Code);
        Assert.Contains("models.recognizer.url", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_is_interrupted()
    {
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            await answer.BeginAsync("application/json");
            await answer.ChunkAsync("{\"text\":");
        });
        Assert.Equal("transcription_interrupted", Assert.IsType<TranscriptFailed>(await RunAsync(server.Url)).Code);
    }

    [Fact]
    public async Task A_server_that_hangs_fails_at_the_deadline_of_virtual_time()
    {
        await using var server = new ScriptedServer((_, answer) => answer.HangAsync());
        var time = new FakeTimeProvider();
        var run = RunAsync(server.Url, time: time);
        await server.Asked;
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("transcription_timeout", Assert.IsType<TranscriptFailed>(await run).Code);
    }

    [Fact]
    public async Task A_cancellation_is_an_exception()
    {
        await using var server = new ScriptedServer((_, answer) => answer.HangAsync());
        using var cancellation = new CancellationTokenSource();
        var recognizer = new OpenAiRecognizer(Servers.Connect(server.Url, "models.recognizer"), TimeProvider.System);
        var run = Task.Run(async () =>
        {
            await foreach (var _ in recognizer.RecognizeAsync(Utterance([1]), new RecognitionOptions(), cancellation.Token)) Assert.Fail("no outcome");
        }, TestContext.Current.CancellationToken);
        await server.Asked;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }
}
