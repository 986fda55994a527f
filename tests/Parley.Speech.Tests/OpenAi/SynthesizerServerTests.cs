using System.Runtime.InteropServices;
using System.Text.Json;
using CsCheck;
using Parley.Speech.OpenAi;

namespace Parley.Speech.Tests.OpenAi;

public sealed class SynthesizerServerTests
{
    private static readonly short[] Sound = [.. Enumerable.Range(0, 5001).Select(i => (short)(i * 7))];

    private static byte[] Bytes(short[] samples) => MemoryMarshal.AsBytes<short>(samples).ToArray();

    private static OpenAiSynthesizer Voice(Uri url, string? key = null, int rate = 24_000) =>
        new(Servers.Connect(url, "models.synthesizer", key), new OpenAiVoice(new OpenAiEndpoint(url, "the-model", "p", "v", null), ["nova", "ash"], rate));

    private static async Task<short[]> SpeakAsync(OpenAiSynthesizer voice, SynthesisOptions? options = null, List<short>? samples = null)
    {
        samples ??= [];
        await foreach (var frame in voice.SpeakAsync("Hello.", options ?? new SynthesisOptions("ash"), TestContext.Current.CancellationToken))
        {
            Assert.NotEqual(0, frame.Samples.Length);
            samples.AddRange(frame.Samples.Span);
        }
        return [.. samples];
    }

    [Fact]
    public async Task Audio_in_odd_chunks_is_the_same_audio()
    {
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            var bytes = Bytes(Sound).AsMemory();
            await answer.BeginAsync("audio/pcm");
            for (var size = 1; bytes.Length > 0; size += 2)
            {
                var take = Math.Min(size, bytes.Length);
                await answer.ChunkAsync(bytes[..take]);
                bytes = bytes[take..];
            }
            await answer.EndAsync();
        });
        Assert.Equal(Sound, await SpeakAsync(Voice(server.Url)));
    }

    [Fact]
    public async Task The_first_audio_is_out_before_the_server_is_done()
    {
        var mayEnd = new TaskCompletionSource();
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            await answer.BeginAsync("audio/pcm");
            await answer.ChunkAsync(Bytes(Sound[..600]));
            await mayEnd.Task;
            await answer.EndAsync();
        });
        var heard = 0;
        await foreach (var frame in Voice(server.Url).SpeakAsync("Hello.", new SynthesisOptions("ash"), TestContext.Current.CancellationToken))
        {
            heard += frame.Samples.Length;
            if (heard >= 480) mayEnd.TrySetResult();
        }
        Assert.Equal(600, heard);
    }

    [Fact]
    public async Task Voice_speed_and_format_are_asked_for()
    {
        await using var server = new ScriptedServer(200, "application/octet-stream", "aabb");
        await SpeakAsync(Voice(server.Url, Servers.Key), new SynthesisOptions("ash", 1.25));
        await SpeakAsync(Voice(server.Url), new SynthesisOptions("unknown"));
        var first = JsonDocument.Parse(server.Requests.First().Body).RootElement;
        Assert.Equal("POST /v1/audio/speech HTTP/1.1", server.Requests.First().Line);
        Assert.Equal("Bearer " + Servers.Key, server.Requests.First().Headers["authorization"]);
        Assert.Equal(("the-model", "Hello.", "ash", "pcm", 1.25), (first.GetProperty("model").GetString(), first.GetProperty("input").GetString(),
            first.GetProperty("voice").GetString(), first.GetProperty("response_format").GetString(), first.GetProperty("speed").GetDouble()));
        var second = JsonDocument.Parse(server.Requests.Last().Body).RootElement;
        Assert.Equal("nova", second.GetProperty("voice").GetString());
        Assert.False(second.TryGetProperty("speed", out _));
    }

    [Fact]
    public async Task A_server_that_sends_wav_is_understood()
    {
        var wav = new WavWriter(24_000);
        wav.Write(Sound);
        await using var server = new ScriptedServer((_, answer) => answer.WholeAsync(200, "audio/wav", wav.ToArray()));
        Assert.Equal(Sound, await SpeakAsync(Voice(server.Url)));
    }

    [Theory]
    [InlineData(401, "text/plain", "no", "speech_unauthorized")]
    [InlineData(404, "application/json", """{"detail":"Not Found"}""", "speech_not_found")]
    [InlineData(429, "text/plain", "slow", "speech_rate_limited")]
    [InlineData(502, "text/html", "<html>", "speech_server_error")]
    [InlineData(200, "application/json", """{"audio":"abc"}""", "speech_invalid_response")]
    [InlineData(200, "audio/mpeg", "ID3xxxx", "speech_invalid_response")]
    [InlineData(200, "audio/pcm", "ID3xxxx", "speech_invalid_response")]
    [InlineData(200, "audio/pcm", "", "speech_invalid_response")]
    public async Task A_fault_is_a_speech_exception_with_its_code(int status, string type, string body, string code)
    {
        await using var server = new ScriptedServer(status, type, body);
        Assert.Equal(code, (await Assert.ThrowsAsync<SpeechException>(() => SpeakAsync(Voice(server.Url)))).Code);
    }

    [Fact]
    public async Task An_address_where_nobody_listens_is_unreachable() =>
        Assert.Equal("speech_unreachable", (await Assert.ThrowsAsync<SpeechException>(() => SpeakAsync(Voice(ScriptedServer.Nowhere())))).Code);

    [Fact]
    public async Task A_connection_cut_in_the_middle_keeps_what_came()
    {
        await using var server = new ScriptedServer(async (_, answer) =>
        {
            await answer.BeginAsync("audio/pcm");
            await answer.ChunkAsync(Bytes(Sound[..1000]));
        });
        var samples = new List<short>();
        var failure = await Assert.ThrowsAsync<SpeechException>(() => SpeakAsync(Voice(server.Url), samples: samples));
        Assert.Equal("speech_interrupted", failure.Code);
        Assert.Equal(Sound[..samples.Count], samples);
    }

    [Fact]
    public void Whatever_the_chunks_the_samples_are_the_same() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[1, 9].Array[1, 20], Gen.Bool).Sample((data, sizes, isWav) =>
        {
            var wav = new WavWriter(24_000);
            wav.Write(MemoryMarshal.Cast<byte, short>(data.AsSpan(0, data.Length & ~1)));
            var bytes = isWav ? wav.ToArray() : [0, 0, 0, 0, .. data];
            var whole = new SpeechBytes(24_000).Add(bytes);
            var audio = new SpeechBytes(24_000);
            var samples = new List<short>();
            for (int at = 0, i = 0; at < bytes.Length; i++)
            {
                var take = Math.Min(sizes[i % sizes.Length], bytes.Length - at);
                samples.AddRange(audio.Add(bytes.AsSpan(at, take)));
                at += take;
            }
            Assert.Equal(whole, samples);
            Assert.Null(audio.Problem);
        }, iter: 500);

    [Fact]
    public void Random_bytes_that_look_like_wav_never_throw() =>
        Gen.Byte.Array[0, 200].Sample(data =>
        {
            var audio = new SpeechBytes(24_000);
            byte[] bytes = [.. "RIFF\0\0\0\0WAVEfmt "u8, .. data];
            foreach (var chunk in bytes.Chunk(7)) audio.Add(chunk);
        }, iter: 2000);

    [Fact]
    public void Stereo_wav_at_another_rate_becomes_mono_at_the_house_rate()
    {
        var file = new WavWriter(48_000);
        file.Write([.. Enumerable.Repeat(new short[] { 1000, 3000 }, 4800).SelectMany(pair => pair)]);
        var bytes = file.ToArray();
        bytes[22] = 2;
        var samples = new SpeechBytes(24_000).Add(bytes);
        Assert.InRange(samples.Length, 2350, 2400);
        Assert.InRange(samples[1200], 1990, 2010);
    }

    [Fact]
    public void Headerless_audio_of_a_configured_rate_is_converted() =>
        Assert.InRange(new SpeechBytes(12_000).Add(new byte[2400]).Length, 2350, 2400);
}
