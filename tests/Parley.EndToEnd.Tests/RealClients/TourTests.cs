using System.Text.Json;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>Every client event, item and kind of answer that a conversation by voice does not bring, by the <c>openai</c> package.</summary>
[Collection(ClientServerGroup.Name)]
public sealed class TourTests(ClientServer server, ITestOutputHelper output)
{
    [Fact]
    [Shows(ApiPart.ClientEvent,
        "session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear", "conversation.item.create",
        "conversation.item.retrieve", "conversation.item.truncate", "conversation.item.delete", "response.create", "response.cancel")]
    [Shows(ApiPart.Item,
        "message, system: input_text", "message, user: input_text", "message, user: input_audio", "message, user: input_image",
        "message, assistant: output_text", "message, assistant: output_audio", "function_call", "function_call_output")]
    [Shows(ApiPart.SessionField,
        "output_modalities", "tools", "audio.input.turn_detection: null", "audio.input.turn_detection: server_vad",
        "audio.input.turn_detection.idle_timeout_ms")]
    [Shows(ApiPart.ResponseField, "conversation", "input", "metadata", "output_modalities")]
    [Shows(ApiPart.ServerEvent,
        "error", "session.created", "session.updated", "conversation.item.added", "conversation.item.done", "conversation.item.retrieved",
        "conversation.item.truncated", "conversation.item.deleted", "conversation.item.input_audio_transcription.completed",
        "input_audio_buffer.committed", "input_audio_buffer.cleared", "input_audio_buffer.timeout_triggered", "response.created", "response.done",
        "response.output_item.added", "response.output_item.done", "response.content_part.added", "response.content_part.done",
        "response.output_text.delta", "response.output_text.done", "response.output_audio_transcript.delta", "response.output_audio_transcript.done",
        "response.output_audio.delta", "response.output_audio.done", "response.function_call_arguments.delta",
        "response.function_call_arguments.done", "rate_limits.updated")]
    public async Task Every_client_event_is_answered_by_what_its_documentation_says()
    {
        var report = await ClientProgram.RunAsync("openai-tour.mjs", server.Secure.Url, 24_000, server.Certificate);
        await report.AssertReadAsync();
        report.AssertMarkedEventsSeen(typeof(TourTests));

        Assert.Equal("Count to ten.", report.Root.GetProperty("transcript").GetString());
        var responses = report.Root.GetProperty("responses").EnumerateArray().ToList();
        Assert.Equal(["completed", "completed", "completed", "completed", "cancelled"], responses.Select(response => response.GetProperty("status").GetString()));
        Assert.Equal("You said: Count to ten.", TextOf(responses[0]));
        Assert.Equal("You said: Psst.", TextOf(responses[1]));
        Assert.Equal(JsonValueKind.Null, responses[1].GetProperty("conversation_id").ValueKind);
        Assert.Equal("aside", responses[1].GetProperty("metadata").GetProperty("topic").GetString());
        Assert.Equal("function_call", responses[2].GetProperty("output")[0].GetProperty("type").GetString());
        Assert.Equal("It is a quarter past seven.", TextOf(responses[3]));
        Assert.Equal(200, report.Root.GetProperty("truncated").GetProperty("audio_end_ms").GetInt32());

        var mistakes = report.Root.GetProperty("mistakes").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(0, mistakes.Count).Select(i => $"mistake_{i}"), mistakes.Select(mistake => mistake.GetProperty("event_id").GetString()));
        Assert.Equal(mistakes.Count, report.OfType("error").Count);
        output.WriteLine($"{report.Client}: {report.Events.Count} events of {report.Events.Select(e => e.GetProperty("type").GetString()).Distinct().Count()} types");
    }

    private static string TextOf(JsonElement response)
    {
        var part = response.GetProperty("output")[0].GetProperty("content")[0];
        return (part.TryGetProperty("text", out var text) ? text : part.GetProperty("transcript")).GetString()!;
    }
}
