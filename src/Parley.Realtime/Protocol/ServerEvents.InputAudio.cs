using System.Text;
using Parley.Conversation;
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

    /// <param name="logprobs">Of the tokens of this delta; null: they are not wanted, or not known.</param>
    public void TranscriptionDelta(Utterance utterance, string delta, IReadOnlyList<TokenLogprob>? logprobs)
    {
        BeginTranscription("delta", utterance);
        _json.WriteString("delta", delta);
        if (logprobs is not null) WriteLogprobs(logprobs);
        End();
    }

    public void TranscriptionCompleted(Utterance utterance, TranscriptFinal final, bool withLogprobs)
    {
        BeginTranscription("completed", utterance);
        _json.WriteString("transcript", final.Text);
        if (withLogprobs && final.Logprobs is { } logprobs) WriteLogprobs(logprobs);
        if (final.Languages is { } languages)
        {
            _json.WriteStartArray("languages");
            foreach (var language in languages)
            {
                _json.WriteStartObject();
                _json.WriteString("code", language);
                _json.WriteEndObject();
            }
            _json.WriteEndArray();
        }
        WriteUsage(final.Usage, utterance.To - utterance.From);
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

    private void WriteUsage(TranscriptUsage? usage, TimeSpan duration)
    {
        _json.WriteStartObject("usage");
        if (usage is { } tokens)
        {
            var input = tokens.InputTextTokens + tokens.InputAudioTokens;
            _json.WriteString("type", "tokens");
            _json.WriteNumber("total_tokens", input + tokens.OutputTokens);
            _json.WriteNumber("input_tokens", input);
            _json.WriteNumber("output_tokens", tokens.OutputTokens);
            _json.WriteStartObject("input_token_details");
            _json.WriteNumber("text_tokens", tokens.InputTextTokens);
            _json.WriteNumber("audio_tokens", tokens.InputAudioTokens);
            _json.WriteEndObject();
        }
        else
        {
            _json.WriteString("type", "duration");
            // The API's own are whole; the OpenAI package for .NET fails on others, and its session ends.
            _json.WriteNumber("seconds", (long)Math.Ceiling(duration.TotalSeconds));
        }
        _json.WriteEndObject();
    }

    private void WriteLogprobs(IReadOnlyList<TokenLogprob> logprobs)
    {
        _json.WriteStartArray("logprobs");
        foreach (var (token, logprob) in logprobs)
        {
            _json.WriteStartObject();
            _json.WriteString("token", token);
            // The logarithm of nothing is no number in JSON.
            _json.WriteNumber("logprob", double.IsFinite(logprob) ? logprob : -9999.0);
            _json.WriteStartArray("bytes");
            foreach (var value in Encoding.UTF8.GetBytes(token)) _json.WriteNumberValue(value);
            _json.WriteEndArray();
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }

    private void BeginTranscription(string kind, Utterance utterance)
    {
        Begin($"conversation.item.input_audio_transcription.{kind}");
        _json.WriteString("item_id", utterance.ItemId);
        _json.WriteNumber("content_index", utterance.ContentIndex);
    }
}
