using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Parley.Realtime.Protocol;

/// <summary>One client event: well-formed JSON of bounded size and depth whose strings are all valid.</summary>
internal readonly struct ClientMessage(JsonDocument document, string type, string? eventId) : IDisposable
{
    public const int MaxLength = 256 * 1024;

    /// <summary>15 MiB as base64, and the rest of the event.</summary>
    public const int MaxLengthWithMedia = 20 * 1024 * 1024 + MaxLength;

    public const int MaxDepth = 64;
    public const int MaxEventIdLength = 512;

    /// <summary>As many as the densest event of <see cref="MaxLength"/> has, so that a longer one costs no more to hold.</summary>
    private const int MaxTokens = MaxLength / 2;

    public string Type { get; } = type;

    public string? EventId { get; } = eventId;

    public JsonElement Root => document.RootElement;

    public void Dispose() => document.Dispose();

    /// <summary>False: <paramref name="error"/> says why, and <paramref name="eventId"/> is the client's where it could be read.</summary>
    /// <param name="maxLength">Of an event that carries media; others are held to <see cref="MaxLength"/>.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8Json, int maxLength, out ClientMessage message, out RealtimeError? error, out string? eventId)
    {
        message = default;
        eventId = null;
        error = null;
        if (utf8Json.Length > maxLength)
        {
            error = TooLarge(maxLength);
            return false;
        }
        if (!TryParse(utf8Json, out var document))
        {
            error = RealtimeError.Invalid("invalid_json", "The event is not valid JSON in UTF-8.");
            return false;
        }
        var fields = new FieldReader();
        var type = "";
        if (fields.IsObject(document!.RootElement, "event"))
        {
            eventId = fields.OptionalText(document.RootElement, "event_id", "event_id", MaxEventIdLength);
            if (fields.Error is not null) eventId = null;
            type = fields.RequiredText(document.RootElement, "type", "type", MaxEventIdLength);
        }
        if (fields.Error is null && (utf8Json.Length <= MaxLength || MayCarryMedia(type)))
        {
            message = new ClientMessage(document, type, eventId);
            return true;
        }
        document.Dispose();
        error = fields.Error ?? TooLarge(MaxLength);
        return false;
    }

    internal static bool TryParse(ReadOnlySpan<byte> utf8Json, out JsonDocument? document)
    {
        document = null;
        // The JSON reader has no way to report bad input but to throw; this is the one place where that is met.
        try
        {
            if (!Utf8.IsValid(utf8Json) || !IsReadable(utf8Json)) return false;
            document = JsonDocument.Parse(utf8Json.ToArray(), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool MayCarryMedia(string type) => type is "input_audio_buffer.append" or "conversation.item.create" or "response.create";

    private static RealtimeError TooLarge(int maxLength) =>
        RealtimeError.Invalid("message_too_large", $"The event is longer than {maxLength} bytes.");

    /// <summary>
    /// A string may hold half a surrogate pair by escapes: reading it later would throw. And a long text of many small values would
    /// take many times its length to hold.
    /// </summary>
    private static bool IsReadable(ReadOnlySpan<byte> utf8Json)
    {
        var hasEscapes = utf8Json.Contains((byte)'\\');
        if (!hasEscapes && utf8Json.Length <= MaxLength) return true;
        var tokens = 0;
        var buffer = ArrayPool<char>.Shared.Rent(utf8Json.Length);
        try
        {
            var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (++tokens > MaxTokens) return false;
                if (reader.ValueIsEscaped) reader.CopyString(buffer);
            }
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}
