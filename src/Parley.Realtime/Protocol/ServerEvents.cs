using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Protocol;

/// <summary>
/// Writes server events and queues them. Every event has <c>event_id</c> and <c>type</c>; the rest is in the files
/// beside this one, by group.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Disposing the writer only flushes it, and each event does that; it holds managed memory alone.")]
internal sealed partial class ServerEvents(SessionIds ids)
{
    private readonly Queue<ReadOnlyMemory<byte>> _queue = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions
    {
        // Events travel on a data channel, not inside HTML: letters stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Bytes that wait to be polled.</summary>
    public int QueuedBytes { get; private set; }

    public bool TryPoll(out ReadOnlyMemory<byte> utf8Json)
    {
        if (!_queue.TryDequeue(out utf8Json)) return false;
        QueuedBytes -= utf8Json.Length;
        return true;
    }

    public void Clear()
    {
        _queue.Clear();
        QueuedBytes = 0;
    }

    public void SessionCreated(string sessionId, long expiresAt, SessionSettings settings) =>
        Session("session.created", sessionId, expiresAt, settings);

    public void SessionUpdated(string sessionId, long expiresAt, SessionSettings settings) =>
        Session("session.updated", sessionId, expiresAt, settings);

    /// <summary>An event of this server's own: the session is over in so much time.</summary>
    public void SessionExpiring(TimeSpan left, long expiresAt)
    {
        Begin("parley.session.expiring");
        _json.WriteNumber("seconds_left", (long)left.TotalSeconds);
        _json.WriteNumber("expires_at", expiresAt);
        End();
    }

    public void TranscriptionSessionUpdated(string sessionId, long expiresAt, SessionSettings settings)
    {
        Begin("transcription_session.updated");
        _json.WriteStartObject("session");
        _json.WriteString("id", sessionId);
        _json.WriteString("object", settings.ObjectName);
        _json.WriteNumber("expires_at", expiresAt);
        BetaSessionWriter.WriteFields(_json, settings);
        _json.WriteEndObject();
        End();
    }

    /// <param name="clientEventId">The <c>event_id</c> of the client event at fault; null: it had none, or there is none.</param>
    public void Error(RealtimeError error, string? clientEventId)
    {
        Begin("error");
        _json.WriteStartObject("error");
        _json.WriteString("type", error.Type);
        _json.WriteString("code", error.Code);
        _json.WriteString("message", error.Message);
        _json.WriteString("param", error.Param);
        _json.WriteString("event_id", clientEventId);
        _json.WriteEndObject();
        End();
    }

    private void Session(string type, string sessionId, long expiresAt, SessionSettings settings)
    {
        Begin(type);
        _json.WriteStartObject("session");
        _json.WriteString("type", settings.TypeName);
        _json.WriteString("object", settings.ObjectName);
        _json.WriteString("id", sessionId);
        SessionSettingsWriter.WriteFields(_json, settings);
        _json.WriteNumber("expires_at", expiresAt);
        _json.WriteEndObject();
        End();
    }

    private void Begin(string type)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("event_id", ids.Next("event_"));
        _json.WriteString("type", type);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        QueuedBytes += _buffer.WrittenCount;
        _queue.Enqueue(_buffer.WrittenSpan.ToArray());
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
