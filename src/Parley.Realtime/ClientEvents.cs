using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Input;
using Parley.Realtime.Protocol;
using Parley.Realtime.Replies;
using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>Carries out what clients ask. What cannot be carried out is answered with one <c>error</c> event.</summary>
internal sealed class ClientEvents(
    SessionContext context, Utterances utterances, SpokenItems spoken, Responses responses, InputAudio input)
{
    private readonly AppendedAudio _appended = new(context);

    private bool TakesAudio => context.Config.AudioPath == AudioPath.Events;

    public void Handle(ReadOnlySpan<byte> utf8Json, Instant now)
    {
        if (TakesAudio && _appended.TryAppend(utf8Json)) return;
        if (!ClientMessage.TryRead(utf8Json, RealtimeSession.MaxClientEventLength(context.Config.AudioPath), out var message, out var error, out var eventId))
        {
            Refuse(error!, eventId);
            return;
        }
        using (message)
        {
            error = Dispatch(message, now);
            if (error is not null) Refuse(error, message.EventId);
        }
    }

    private RealtimeError? Dispatch(ClientMessage message, Instant now) => message.Type switch
    {
        "session.update" => UpdateSession(message.Root),
        "transcription_session.update" => UpdateTranscriptionSession(message.Root),
        "input_audio_buffer.append" when TakesAudio => _appended.Append(message.Root),
        "input_audio_buffer.append" => RealtimeError.Invalid("unsupported_event",
            "Audio comes by the media track of this connection, not by input_audio_buffer.append.", "type"),
        "input_audio_buffer.commit" => CommitInput(),
        "input_audio_buffer.clear" => ClearInput(),
        "output_audio_buffer.clear" => ClearOutput(now),
        "conversation.item.create" => CreateItem(message.Root),
        "conversation.item.retrieve" => RetrieveItem(message.Root),
        "conversation.item.truncate" => TruncateItem(message.Root, now),
        "conversation.item.delete" => DeleteItem(message.Root),
        "response.create" or "response.cancel" when context.Settings.Kind == SessionKind.Transcription => RealtimeError.Invalid(
            "unsupported_event", "A transcription session makes no responses: open a session of the type 'realtime' for them.", "type"),
        "response.create" => CreateResponse(message.Root, now),
        "response.cancel" => CancelResponse(message.Root),
        _ => RealtimeError.Invalid("invalid_value", $"Invalid value: '{message.Type}' is not a client event of the Realtime API.", "type"),
    };

    private RealtimeError? UpdateSession(JsonElement root)
    {
        if (Update(root, SessionSettingsReader.Apply) is { } error) return error;
        context.Events.SessionUpdated(context.SessionId, context.ExpiresAt, context.Settings);
        return null;
    }

    /// <summary>Of before general availability.</summary>
    private RealtimeError? UpdateTranscriptionSession(JsonElement root)
    {
        if (context.Settings.Kind != SessionKind.Transcription)
            return RealtimeError.Invalid("unsupported_event", "This is not a transcription session: send session.update.", "type");
        if (Update(root, BetaSessionReader.Apply) is { } error) return error;
        context.Events.TranscriptionSessionUpdated(context.SessionId, context.ExpiresAt, context.Settings);
        return null;
    }

    private RealtimeError? Update(JsonElement root, Func<JsonElement, SessionSettings, FieldReader, SessionSettings> apply)
    {
        var fields = new FieldReader();
        if (!root.TryGetProperty("session", out var session)) fields.RefuseMissing("session");
        var previous = context.Settings;
        var updated = SessionChanges.Admit(previous, apply(session, previous, fields), spoken.HasSpoken, responses.IsAnyActive, fields);
        if (fields.Error is not null) return fields.Error;

        if (updated.InputFormat != previous.InputFormat) _appended.Align();
        context.Settings = updated;
        input.HandleSettingsChanged(previous.TurnDetection);
        return null;
    }

    private RealtimeError? CommitInput()
    {
        _appended.Align();
        return input.Commit();
    }

    private RealtimeError? ClearInput()
    {
        _appended.Align();
        input.Clear();
        return null;
    }

    private RealtimeError? ClearOutput(Instant now)
    {
        if (context.Config.AudioPath == AudioPath.Events)
            return RealtimeError.Invalid("unsupported_event",
                "The audio of this connection is in response.output_audio.delta and played by the client: stop it there, send response.cancel, and tell by conversation.item.truncate what was heard.", "type");
        responses.ClearPlayout(now);
        return null;
    }

    private RealtimeError? CreateItem(JsonElement root)
    {
        var fields = new FieldReader();
        if (!root.TryGetProperty("item", out var element)) fields.RefuseMissing("item");
        var item = fields.Error is null ? ItemReader.Read(element, "item", fields, context.NewItemId) : null;
        var after = fields.OptionalText(root, "previous_item_id", "previous_item_id");
        if (item is null || fields.Error is not null) return fields.Error;

        var previous = after switch
        {
            null => context.Log.LastId,
            "root" => null,
            _ => after,
        };
        switch (context.Log.TryInsert(item, previous))
        {
            case LogStatus.Ok:
                context.Events.ItemAdded(item, previous);
                context.Events.ItemDone(item, previous);
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

    private RealtimeError? RetrieveItem(JsonElement root)
    {
        var error = FindItem(root, out var item);
        if (item is not null) context.Events.ItemRetrieved(item);
        return error;
    }

    private RealtimeError? TruncateItem(JsonElement root, Instant now)
    {
        if (FindItem(root, out var item) is { } notFound) return notFound;
        var fields = new FieldReader();
        if (root.TryGetProperty("content_index", out var index)) fields.Integer(index, "content_index", 0, 0);
        if (!root.TryGetProperty("audio_end_ms", out var end)) fields.RefuseMissing("audio_end_ms");
        var audioEnd = fields.Milliseconds(end, "audio_end_ms", 0, int.MaxValue);
        if (fields.Error is not null) return fields.Error;
        if (item!.Status == ItemStatus.InProgress)
            return RealtimeError.Invalid("item_in_progress", "The item is still being made: cancel its response first.", "item_id");
        if (spoken.AudioDurationOf(item.Id) is not { } duration)
            return RealtimeError.Invalid("invalid_value", "Only audio that the assistant has spoken can be truncated.", "item_id");
        // Clients count whole milliseconds.
        if (audioEnd.TotalMilliseconds > Math.Ceiling(duration.TotalMilliseconds))
            return RealtimeError.Invalid("invalid_value", FormattableString.Invariant(
                $"Audio content of {duration.TotalMilliseconds:0}ms is already shorter than {audioEnd.TotalMilliseconds:0}ms."), "audio_end_ms");
        spoken.Truncate(item.Id, audioEnd, now);
        return null;
    }

    private RealtimeError? DeleteItem(JsonElement root)
    {
        if (FindItem(root, out var item) is { } notFound) return notFound;
        context.Log.TryDelete(item!.Id);
        utterances.Discard(item.Id);
        spoken.Forget(item.Id);
        context.Events.ItemDeleted(item.Id);
        responses.StartReady();
        return null;
    }

    private RealtimeError? CreateResponse(JsonElement root, Instant now)
    {
        var fields = new FieldReader();
        var options = root.TryGetProperty("response", out var response)
            ? ResponseOptionsReader.Read(response, context, fields)
            : new ResponseOptions(context.Settings);
        return fields.Error ?? responses.Create(options, now);
    }

    private RealtimeError? CancelResponse(JsonElement root)
    {
        var fields = new FieldReader();
        var responseId = fields.OptionalText(root, "response_id", "response_id");
        if (fields.Error is not null) return fields.Error;
        return responses.TryCancel(responseId, CancelReason.ClientCancelled)
            ? null
            : RealtimeError.Invalid("response_cancel_not_active", "Cancellation failed: no active response found.",
                responseId is null ? null : "response_id");
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

    private void Refuse(RealtimeError error, string? eventId)
    {
        context.Anomalies.Increment(SessionAnomaly.RefusedClientEvent);
        context.Events.Error(error, eventId);
    }
}
