using Parley.Conversation;
using Parley.Realtime.Items;
using Parley.Realtime.Replies;

namespace Parley.Realtime.Protocol;

internal sealed partial class ServerEvents
{
    public void ResponseCreated(Response response, string conversationId) =>
        WriteResponse("response.created", response, conversationId);

    public void ResponseDone(Response response, string conversationId) =>
        WriteResponse("response.done", response, conversationId);

    /// <summary>Without limits the list is empty: the event keeps its place for clients that wait for it.</summary>
    public void RateLimitsUpdated(IReadOnlyList<RateLimit> limits)
    {
        Begin("rate_limits.updated");
        _json.WriteStartArray("rate_limits");
        foreach (var limit in limits)
        {
            _json.WriteStartObject();
            _json.WriteString("name", limit.Name);
            _json.WriteNumber("limit", limit.Limit);
            _json.WriteNumber("remaining", limit.Remaining);
            _json.WriteNumber("reset_seconds", Math.Round(limit.ResetIn.TotalSeconds, 3));
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
        End();
    }

    public void OutputItemAdded(string responseId, int outputIndex, ConversationItem item) =>
        OutputItem("response.output_item.added", responseId, outputIndex, item);

    public void OutputItemDone(string responseId, int outputIndex, ConversationItem item) =>
        OutputItem("response.output_item.done", responseId, outputIndex, item);

    public void ContentPartAdded(ContentPlace place, bool isAudio) => ContentPart("response.content_part.added", place, isAudio, "");

    public void ContentPartDone(ContentPlace place, bool isAudio, string text) =>
        ContentPart("response.content_part.done", place, isAudio, text);

    public void TextDelta(ContentPlace place, bool isAudio, string delta)
    {
        BeginContent(isAudio ? "response.output_audio_transcript.delta" : "response.output_text.delta", place);
        _json.WriteString("delta", delta);
        End();
    }

    public void TextDone(ContentPlace place, bool isAudio, string text)
    {
        BeginContent(isAudio ? "response.output_audio_transcript.done" : "response.output_text.done", place);
        _json.WriteString(isAudio ? "transcript" : "text", text);
        End();
    }

    public void OutputAudioDelta(ContentPlace place, ReadOnlySpan<byte> audio)
    {
        BeginContent("response.output_audio.delta", place);
        _json.WriteBase64String("delta", audio);
        End();
    }

    public void OutputAudioDone(ContentPlace place)
    {
        BeginContent("response.output_audio.done", place);
        End();
    }

    public void FunctionCallArgumentsDelta(string responseId, int outputIndex, ToolCallItem call, string delta)
    {
        BeginFunctionCall("response.function_call_arguments.delta", responseId, outputIndex, call);
        _json.WriteString("delta", delta);
        End();
    }

    public void FunctionCallArgumentsDone(string responseId, int outputIndex, ToolCallItem call)
    {
        BeginFunctionCall("response.function_call_arguments.done", responseId, outputIndex, call);
        _json.WriteString("name", call.Name);
        _json.WriteString("arguments", call.Arguments);
        End();
    }

    public void OutputBufferStarted(string responseId) => OutputBuffer("output_audio_buffer.started", responseId);

    public void OutputBufferStopped(string responseId) => OutputBuffer("output_audio_buffer.stopped", responseId);

    public void OutputBufferCleared(string responseId) => OutputBuffer("output_audio_buffer.cleared", responseId);

    private void WriteResponse(string type, Response response, string conversationId)
    {
        Begin(type);
        _json.WritePropertyName("response");
        ResponseJson.Write(_json, response, conversationId);
        End();
    }

    private void OutputItem(string type, string responseId, int outputIndex, ConversationItem item)
    {
        Begin(type);
        _json.WriteString("response_id", responseId);
        _json.WriteNumber("output_index", outputIndex);
        _json.WritePropertyName("item");
        ItemJson.Write(_json, item);
        End();
    }

    private void ContentPart(string type, ContentPlace place, bool isAudio, string text)
    {
        BeginContent(type, place);
        _json.WriteStartObject("part");
        _json.WriteString("type", isAudio ? "audio" : "text");
        _json.WriteString(isAudio ? "transcript" : "text", text);
        _json.WriteEndObject();
        End();
    }

    private void BeginContent(string type, ContentPlace place)
    {
        Begin(type);
        _json.WriteString("response_id", place.ResponseId);
        _json.WriteString("item_id", place.ItemId);
        _json.WriteNumber("output_index", place.OutputIndex);
        _json.WriteNumber("content_index", 0);
    }

    private void BeginFunctionCall(string type, string responseId, int outputIndex, ToolCallItem call)
    {
        Begin(type);
        _json.WriteString("response_id", responseId);
        _json.WriteString("item_id", call.Id);
        _json.WriteNumber("output_index", outputIndex);
        _json.WriteString("call_id", call.CallId);
    }

    private void OutputBuffer(string type, string responseId)
    {
        Begin(type);
        _json.WriteString("response_id", responseId);
        End();
    }
}

/// <summary>Where a content part belongs. There is one part in a message: its content index is 0.</summary>
internal readonly record struct ContentPlace(string ResponseId, string ItemId, int OutputIndex);
