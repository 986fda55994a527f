using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Input;
using Parley.Realtime.Mcp;
using Parley.Realtime.Protocol;
using Parley.Realtime.Replies;

namespace Parley.Realtime.Items;

/// <summary>Carries out what clients do to the items of the conversation. Each returns null, or why it was not possible.</summary>
internal sealed class ItemEvents(
    SessionContext context, Utterances utterances, SpokenItems spoken, Responses responses, McpListings listings, McpCalls calls)
{
    public RealtimeError? Create(JsonElement root)
    {
        var fields = new FieldReader();
        if (!root.TryGetProperty("item", out var element)) fields.RefuseMissing("item");
        var recordings = new RecordingReader(context.Settings, fields);
        var item = fields.Error is null ? ItemReader.Read(element, "item", fields, context.Ids.Next, recordings) : null;
        var after = fields.OptionalText(root, "previous_item_id", "previous_item_id");
        if (item is null || fields.Error is not null) return fields.Error;
        if (item is McpApprovalResponseItem answer && calls.Check(answer) is { } mistaken) return mistaken;

        var previous = after switch
        {
            null => context.Log.LastId,
            "root" => null,
            _ => after,
        };
        // A turn that is under way has its id already.
        switch (utterances.IsKnown(item.Id) ? LogStatus.DuplicateId : context.Log.TryInsert(item, previous))
        {
            case LogStatus.Ok:
                context.Events.ItemAdded(item, previous);
                context.Events.ItemDone(item, previous);
                if (recordings.Recording is { } recording) Keep(item, recording);
                if (item is McpApprovalResponseItem approval) calls.HandleApproval(approval);
                return null;
            case LogStatus.UnknownPreviousItem:
                return NotFound(previous!, "previous_item_id");
            case LogStatus.DuplicateId:
                return RealtimeError.Invalid("item_already_exists", $"The conversation already has an item with the id '{item.Id}'.", "item.id");
            case LogStatus.UnknownCallId:
                return RealtimeError.Invalid("invalid_tool_call_id", "The conversation has no function call with this call_id.", "item.call_id");
            case LogStatus.DuplicateCallId:
                return RealtimeError.Invalid("invalid_tool_call_id", "The conversation already has a function call with this call_id.", "item.call_id");
            case LogStatus.DuplicateOutput:
                return RealtimeError.Invalid("invalid_tool_call_id", "This function call already has its output.", "item.call_id");
            default:
                return RealtimeError.Invalid("conversation_full", "The conversation can hold no more: delete some items.", "item");
        }
    }

    public RealtimeError? Retrieve(JsonElement root)
    {
        var error = FindItem(root, out var item);
        if (item is null) return error;
        var room = Math.Min(context.Config.MaxServerEventLength, RealtimeSession.MaxQueuedBytes - context.Events.QueuedBytes);
        context.Events.ItemRetrieved(item, AudioOf(item, room), room);
        return null;
    }

    public RealtimeError? Truncate(JsonElement root, Instant now)
    {
        if (FindItem(root, out var item) is { } notFound) return notFound;
        var fields = new FieldReader();
        if (root.TryGetProperty("content_index", out var index)) fields.Integer(index, "content_index", 0, 0);
        if (!root.TryGetProperty("audio_end_ms", out var end)) fields.RefuseMissing("audio_end_ms");
        var audioEnd = fields.Milliseconds(end, "audio_end_ms", 0, int.MaxValue);
        if (fields.Error is not null) return fields.Error;
        if (item!.Status == ItemStatus.InProgress && context.Config.AudioPath == AudioPath.Media)
            return RealtimeError.Invalid("item_in_progress", "The item is still being made: cancel its response first.", "item_id");
        if ((spoken.AudioDurationOf(item.Id) ?? RecordedDuration(item)) is not { } duration)
            return RealtimeError.Invalid("invalid_value", "Only audio of the assistant can be truncated.", "item_id");
        // Clients count whole milliseconds.
        if (audioEnd.TotalMilliseconds > Math.Ceiling(duration.TotalMilliseconds))
            return RealtimeError.Invalid("invalid_value", FormattableString.Invariant(
                $"Audio content of {duration.TotalMilliseconds:0}ms is already shorter than {audioEnd.TotalMilliseconds:0}ms."), "audio_end_ms");
        if (spoken.AudioDurationOf(item.Id) is null) CutRecording((MessageItem)item, audioEnd, duration);
        else spoken.Truncate(item.Id, audioEnd, now);
        return null;
    }

    public RealtimeError? Delete(JsonElement root)
    {
        if (FindItem(root, out var item) is { } notFound) return notFound;
        context.Log.TryDelete(item!.Id);
        utterances.Discard(item.Id);
        spoken.Forget(item.Id);
        context.Audio.Remove(item.Id);
        listings.Forget(item.Id);
        calls.Forget(item.Id);
        context.Events.ItemDeleted(item.Id);
        responses.Forget(item.Id);
        return null;
    }

    private void Keep(ConversationItem item, Recording recording)
    {
        context.Audio.Append(item.Id, recording.SampleRate, recording.Samples);
        if (recording.NeedsTranscript) utterances.Recognize((MessageItem)item, recording.ContentIndex, recording.Samples);
    }

    /// <summary>Of the assistant's audio that the client brought, or of before the session was taken up again.</summary>
    private TimeSpan? RecordedDuration(ConversationItem item) =>
        item is MessageItem { Role: MessageRole.Assistant } && context.Audio.Find(item.Id) is { } audio
            ? TimeSpan.FromTicks(audio.Length * TimeSpan.TicksPerSecond / audio.SampleRate)
            : null;

    /// <summary>Nothing says which words belong to which part of it, so none of them may be taken as heard.</summary>
    private void CutRecording(MessageItem item, TimeSpan audioEnd, TimeSpan duration)
    {
        if (audioEnd < duration)
        {
            context.Audio.Cut(item.Id, audioEnd);
            context.Log.TryReplace(item with
            {
                Content = [.. item.Content.Select(part => part.Kind == ContentKind.Audio ? part with { Text = "" } : part)],
                Status = ItemStatus.Incomplete,
            });
        }
        context.Events.ItemTruncated(item.Id, audioEnd);
    }

    /// <summary>Null: there is none, or it is too long for an event of so many bytes.</summary>
    private byte[]? AudioOf(ConversationItem item, int room)
    {
        if (context.Audio.Find(item.Id) is not { } audio) return null;
        var format = audio.SampleRate == ItemAudioStore.InputRate ? context.Settings.InputFormat : context.Settings.OutputFormat;
        return SampleBytes.Base64Length(audio.Length, audio.SampleRate, format) < room
            ? SampleBytes.Encode(audio.ToArray(), audio.SampleRate, format)
            : null;
    }

    private RealtimeError? FindItem(JsonElement root, out ConversationItem? item)
    {
        item = null;
        var fields = new FieldReader();
        var id = fields.RequiredText(root, "item_id", "item_id");
        if (fields.Error is not null) return fields.Error;
        return context.Log.TryFind(id, out item) ? null : NotFound(id, "item_id");
    }

    private static RealtimeError NotFound(string id, string param) =>
        RealtimeError.Invalid("item_not_found", $"The conversation has no item with the id '{id}'.", param);
}
