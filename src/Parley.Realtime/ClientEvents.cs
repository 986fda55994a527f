using System.Text.Json;
using Parley.Realtime.Input;
using Parley.Realtime.Items;
using Parley.Realtime.Mcp;
using Parley.Realtime.Protocol;
using Parley.Realtime.Replies;
using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>Carries out what clients ask. What cannot be carried out is answered with one <c>error</c> event.</summary>
internal sealed class ClientEvents(
    SessionContext context, Utterances utterances, SpokenItems spoken, Responses responses, InputAudio input, McpListings mcpListings, McpCalls mcpCalls)
{
    private readonly AppendedAudio _appended = new(context);
    private readonly ItemEvents _items = new(context, utterances, spoken, responses, mcpListings, mcpCalls);

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
        "conversation.item.create" => _items.Create(message.Root),
        "conversation.item.retrieve" => _items.Retrieve(message.Root),
        "conversation.item.truncate" => _items.Truncate(message.Root, now),
        "conversation.item.delete" => _items.Delete(message.Root),
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
        mcpListings.Begin(context.Settings.McpTools);
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

    private RealtimeError? CreateResponse(JsonElement root, Instant now)
    {
        var fields = new FieldReader();
        var options = root.TryGetProperty("response", out var response)
            ? ResponseOptionsReader.Read(response, context, fields)
            : new ResponseOptions(context.Settings);
        if (options.Settings.Voice != context.Settings.Voice && spoken.HasSpoken)
            fields.Refuse("response.audio.output.voice", "cannot_update_voice", "The voice cannot change any more: the assistant has spoken.");
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

    private void Refuse(RealtimeError error, string? eventId)
    {
        context.Anomalies.Increment(SessionAnomaly.RefusedClientEvent);
        context.Events.Refusal(error, eventId);
    }
}
