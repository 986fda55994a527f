using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Items;

/// <summary>Reads the sound of one item that a client creates, in the formats of the session. One part of an item may have it.</summary>
internal sealed class RecordingReader(SessionSettings settings, FieldReader fields)
{
    /// <summary>Null: the item brought no sound.</summary>
    public Recording? Recording { get; private set; }

    private bool _hasAudioPart;

    /// <summary>Length of the sound that belongs to this part; zero: it has none.</summary>
    public TimeSpan DurationOf(int contentIndex) => Recording is { } recording && recording.ContentIndex == contentIndex
        ? TimeSpan.FromTicks(recording.Samples.Length * TimeSpan.TicksPerSecond / recording.SampleRate)
        : TimeSpan.Zero;

    /// <summary>An audio part; its transcript is null when the client gave none.</summary>
    public void Read(JsonElement part, MessageRole role, int contentIndex, string? transcript, string param)
    {
        var isFirst = !_hasAudioPart;
        _hasAudioPart = true;
        var hasSound = part.TryGetProperty("audio", out var audio) && audio.ValueKind != JsonValueKind.Null;
        if (!hasSound)
        {
            if (transcript is null) fields.RefuseMissing($"{param}.audio");
            return;
        }
        if (!isFirst)
        {
            fields.Refuse($"{param}.audio", "unsupported_content", "One part of an item may bring audio, and it has to be the first of its audio parts.");
            return;
        }
        var isUser = role == MessageRole.User;
        var format = isUser ? settings.InputFormat : settings.OutputFormat;
        var sampleRate = isUser ? ItemAudioStore.InputRate : ItemAudioStore.OutputRate;
        if (TryDecode(audio, format, $"{param}.audio", out var bytes))
            Recording = new Recording(contentIndex, SampleBytes.Decode(bytes, format, sampleRate), sampleRate, transcript is null);
    }

    private bool TryDecode(JsonElement audio, AudioFormat format, string param, out byte[] bytes)
    {
        var base64 = fields.Text(audio, param);
        bytes = new byte[base64.Length / 4 * 3 + 3];
        if (fields.Error is not null) return false;
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || length < format.BytesPerSample)
        {
            fields.Refuse(param, "invalid_value", $"Invalid '{param}': expected base64-encoded audio bytes, {format.Type}.");
            return false;
        }
        if (TimeSpan.FromSeconds((double)length / format.BytesPerSample / (format.Rate ?? 8_000)) > RealtimeSession.MaxUtterance)
        {
            fields.Refuse(param, "string_above_max_length", FormattableString.Invariant(
                $"Invalid '{param}': at most {RealtimeSession.MaxUtterance.TotalSeconds:0} s of audio are accepted in an item."));
            return false;
        }
        bytes = bytes[..length];
        return true;
    }
}
