using System.Text;
using CsCheck;
using Parley.Realtime.Settings;
using Parley.Simulation;

namespace Parley.Realtime.Tests;

/// <summary>On a WebSocket the user's audio comes within the events.</summary>
public sealed class AppendedAudioTests
{
    private readonly RealtimeSession _session = new(
        TestCall.Config with { AudioPath = AudioPath.Events, Settings = SessionSettings.Default with { TurnDetection = null } },
        new SeededRandom(1), default);

    public AppendedAudioTests()
    {
        _session.HandleOpened(default);
        _session.TryPollServerEvent(out _);
    }

    [Fact]
    public void Audio_becomes_a_command_and_no_event_answers_it()
    {
        Assert.Equal([1, 2, 3, 4], Append([1, 2, 3, 4]));
        Assert.Equal([5, 6], Append([5, 6]));
        Assert.False(_session.TryPollServerEvent(out _));
    }

    [Fact]
    public void A_sample_that_is_split_between_two_events_is_put_together()
    {
        Assert.Equal([1, 2], Append([1, 2, 3]));
        Assert.Equal([3, 4], Append([4]));
        Assert.Empty(Append([5]));
        Assert.Equal([5, 6, 7, 8], Append([6, 7, 8, 9]));
    }

    [Theory]
    [InlineData("""{"type":"input_audio_buffer.clear"}""")]
    [InlineData("""{"type":"input_audio_buffer.commit"}""")]
    [InlineData("""{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcmu"}}}}}""")]
    public void Half_a_sample_does_not_outlive_the_audio_that_it_ends(string json)
    {
        Assert.Equal([1, 2], Append([1, 2, 3]));
        Send(json);
        Assert.Equal([4, 5], Append([4, 5]));
    }

    [Fact]
    [Shows(ApiPart.SessionField, "audio.input.format")]
    public void A_byte_is_a_sample_of_G711()
    {
        Send("""{"type":"session.update","session":{"audio":{"input":{"format":{"type":"audio/pcma"}}}}}""");
        Assert.Equal([1, 2, 3], Append([1, 2, 3]));
    }

    [Theory]
    [InlineData("""{"audio":"+/+/","type":"input_audio_buffer.append"}""")]
    [InlineData("""{"event_id":"e","audio":"\u002B\/+/","type":"input_audio_buffer.append"}""")]
    [InlineData("""{"type":"input_audio_buffer.append","audio":"\u002b/+/","event_id":"\u0065"}""")]
    [InlineData(""" {"type" : "input_audio_buffer.append", "more":[{"audio":"AAAA"}], "audio" : "+/+/"} """)]
    public void Writers_of_JSON_may_order_and_escape_as_they_like(string json)
    {
        Send(json);
        Assert.Equal([0xFB, 0xFF], Polled());
    }

    [Fact]
    public void No_audio_is_no_fault()
    {
        Send("""{"type":"input_audio_buffer.append","audio":""}""");
        Assert.False(_session.TryPollCommand(out _));
        Assert.False(_session.TryPollServerEvent(out _));
    }

    [Theory]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append"}""", "missing_required_parameter")]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append","audio":null}""", "invalid_type")]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append","audio":[1,2]}""", "invalid_type")]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append","audio":"AAA"}""", "invalid_value")]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append","audio":"A-A_"}""", "invalid_value")]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append","audio":"hello, world"}""", "invalid_value")]
    public void What_is_no_base64_is_refused_by_name(string json, string code)
    {
        Send(json);
        AssertRefused(code, "audio", "e");
    }

    [Fact]
    public void Fifteen_MiB_are_taken_and_a_byte_more_is_not()
    {
        const int Limit = 15 * 1024 * 1024;
        Assert.Equal(Limit, Append(new byte[Limit]).Length);
        Send($$"""{"event_id":"e","type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(new byte[Limit + 1])}}"}""");
        AssertRefused("string_above_max_length", "audio", "e");
        _session.HandleClientEvent(new byte[RealtimeSession.MaxClientEventLength(AudioPath.Events) + 1], default);
        AssertRefused("message_too_large", "null", "null");
    }

    [Fact]
    public void Only_events_with_media_may_be_longer_than_256_KiB()
    {
        Send($$$"""{"event_id":"e","type":"session.update","session":{"instructions":"{{{new string('x', 256 * 1024)}}}"}}""");
        AssertRefused("message_too_large", "null", "e");
    }

    [Fact]
    public void A_long_event_of_many_small_values_is_refused_before_it_is_held_in_memory()
    {
        Send("""{"type":"input_audio_buffer.append","audio":[0""" + string.Concat(Enumerable.Repeat(",0", 400_000)) + "]}");
        AssertRefused("invalid_json", "null", "null");
    }

    [Fact]
    public void Committing_a_buffer_without_audio_is_refused()
    {
        Send("""{"event_id":"e","type":"input_audio_buffer.commit"}""");
        AssertRefused("input_audio_buffer_commit_empty", "null", "e");
    }

    /// <summary>Nearly every append is read without a document; whatever its bytes are, the careful way says the same of it.</summary>
    [Fact]
    public void The_quick_way_takes_nothing_that_the_careful_one_would_not() =>
        Gen.Select(Gen.Int[0, 3], Gen.Select(Gen.Int[0, 120], Gen.Byte).List[0, 3]).Sample((form, changes) =>
        {
            string[] forms =
            [
                """{"type":"input_audio_buffer.append","audio":"AAECAwQF"}""",
                """{"event_id":"e","audio":"+/\u002bA","type":"input_audio_buffer.append"}""",
                """ { "type" : "input_audio_buffer.append" , "audio" : "AAEC Aw==" } """,
                """{"type":"input_audio_buffer.append","audio":"AA==","audio":"AAEC"}""",
            ];
            var bytes = Encoding.UTF8.GetBytes(forms[form]);
            foreach (var (place, value) in changes) bytes[place % bytes.Length] = value;
            Assert.Equal(Outcome(bytes, isCareful: false), Outcome(bytes, isCareful: true));
        }, iter: 5000);

    /// <param name="isCareful">An unknown field is put in front, so that the quick way is not taken.</param>
    private static string Outcome(byte[] bytes, bool isCareful)
    {
        var session = new RealtimeSession(TestCall.Config with { AudioPath = AudioPath.Events }, new SeededRandom(1), default);
        session.HandleOpened(default);
        session.TryPollServerEvent(out _);
        if (isCareful)
        {
            var text = Encoding.Latin1.GetString(bytes);
            var start = text.IndexOf('{', StringComparison.Ordinal);
            if (start >= 0) bytes = Encoding.Latin1.GetBytes(text.Insert(start + 1, "\"unknown\":0,"));
        }
        session.HandleClientEvent(bytes, default);
        var outcome = "";
        while (session.TryPollCommand(out var command))
            if (command is AppendInput append) outcome += Convert.ToHexString(append.Audio.Span);
        while (session.TryPollServerEvent(out var json)) outcome += System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("error").GetProperty("code").GetString();
        return outcome;
    }

    private byte[] Append(byte[] audio)
    {
        Send($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(audio)}}"}""");
        return Polled();
    }

    private void Send(string json) => _session.HandleClientEvent(Encoding.UTF8.GetBytes(json), default);

    private byte[] Polled()
    {
        var audio = new List<byte>();
        while (_session.TryPollCommand(out var command))
            if (command is AppendInput append) audio.AddRange(append.Audio.Span);
        while (_session.TryPollServerEvent(out _)) { }
        return [.. audio];
    }

    private void AssertRefused(string code, string param, string eventId)
    {
        Assert.True(_session.TryPollServerEvent(out var json));
        var error = new ReceivedEvent(default, System.Text.Json.JsonDocument.Parse(json).RootElement);
        Assert.Equal(("error", code, param, eventId), (error.Type, error["error.code"], error["error.param"], error["error.event_id"]));
    }
}
