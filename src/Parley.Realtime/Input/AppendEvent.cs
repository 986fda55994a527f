using System.Buffers;
using System.Text.Json;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Input;

/// <summary>Finds the audio of an <c>input_audio_buffer.append</c> in its bytes.</summary>
internal static class AppendEvent
{
    /// <summary>False: it is another event, or not a faultless one.</summary>
    /// <param name="unescaped">Rented, and to be returned by the caller, when some of the text was written with escapes.</param>
    public static bool TryFindAudio(ReadOnlySpan<byte> utf8Json, ref byte[]? unescaped, out ReadOnlySpan<byte> base64)
    {
        base64 = default;
        var (isAppend, hasAudio) = (false, false);
        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = ClientMessage.MaxDepth });
        // The JSON reader has no way to report bad input but to throw.
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8))
                {
                    reader.Read();
                    isAppend = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("input_audio_buffer.append"u8);
                    if (!isAppend) return false;
                }
                else if (reader.ValueTextEquals("audio"u8))
                {
                    reader.Read();
                    hasAudio = reader.TokenType == JsonTokenType.String;
                    if (!hasAudio) return false;
                    base64 = reader.ValueIsEscaped ? Unescape(ref reader, ref unescaped) : reader.ValueSpan;
                }
                else if (reader.ValueTextEquals("event_id"u8))
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > ClientMessage.MaxEventIdLength)
                        return false;
                }
                else
                {
                    // An unknown field: only the careful reading can tell whether all is well with it.
                    return false;
                }
            }
            return isAppend && hasAudio && !reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Some writers escape the plus and the slash of base64.</summary>
    private static ReadOnlySpan<byte> Unescape(scoped ref Utf8JsonReader reader, ref byte[]? unescaped)
    {
        unescaped ??= ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        if (unescaped.Length < reader.ValueSpan.Length) throw new JsonException("The field is there twice.");
        return unescaped.AsSpan(0, reader.CopyString(unescaped));
    }
}
