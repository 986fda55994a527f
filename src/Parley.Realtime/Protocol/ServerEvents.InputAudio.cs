using Parley.Realtime.Input;

namespace Parley.Realtime.Protocol;

internal sealed partial class ServerEvents
{
    public void SpeechStarted(string itemId, TimeSpan audioStart)
    {
        Begin("input_audio_buffer.speech_started");
        _json.WriteNumber("audio_start_ms", Milliseconds(audioStart));
        _json.WriteString("item_id", itemId);
        End();
    }

    public void SpeechStopped(string itemId, TimeSpan audioEnd)
    {
        Begin("input_audio_buffer.speech_stopped");
        _json.WriteNumber("audio_end_ms", Milliseconds(audioEnd));
        _json.WriteString("item_id", itemId);
        End();
    }

    public void TimeoutTriggered(string itemId, TimeSpan audioStart, TimeSpan audioEnd)
    {
        Begin("input_audio_buffer.timeout_triggered");
        _json.WriteNumber("audio_start_ms", Milliseconds(audioStart));
        _json.WriteNumber("audio_end_ms", Milliseconds(audioEnd));
        _json.WriteString("item_id", itemId);
        End();
    }

    public void InputCommitted(string itemId, string? previousItemId)
    {
        Begin("input_audio_buffer.committed");
        _json.WriteString("previous_item_id", previousItemId);
        _json.WriteString("item_id", itemId);
        End();
    }

    public void InputCleared()
    {
        Begin("input_audio_buffer.cleared");
        End();
    }

    public void TranscriptionDelta(Utterance utterance, string delta)
    {
        BeginTranscription("delta", utterance);
        _json.WriteString("delta", delta);
        End();
    }

    public void TranscriptionCompleted(Utterance utterance, string transcript)
    {
        BeginTranscription("completed", utterance);
        _json.WriteString("transcript", transcript);
        _json.WriteStartObject("usage");
        _json.WriteString("type", "duration");
        _json.WriteNumber("seconds", Math.Round((utterance.To - utterance.From).TotalSeconds, 3));
        _json.WriteEndObject();
        End();
    }

    public void TranscriptionFailed(Utterance utterance, RealtimeError error)
    {
        BeginTranscription("failed", utterance);
        _json.WriteStartObject("error");
        _json.WriteString("type", error.Type);
        _json.WriteString("code", error.Code);
        _json.WriteString("message", error.Message);
        _json.WriteEndObject();
        End();
    }

    private void BeginTranscription(string kind, Utterance utterance)
    {
        Begin($"conversation.item.input_audio_transcription.{kind}");
        _json.WriteString("item_id", utterance.ItemId);
        _json.WriteNumber("content_index", utterance.ContentIndex);
    }
}
