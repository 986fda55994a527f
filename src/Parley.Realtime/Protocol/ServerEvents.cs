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
    private readonly Queue<(ReadOnlyMemory<byte> Utf8Json, bool IsRefusal)> _queue = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions
    {
        // Events travel on a data channel, not inside HTML: letters stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Bytes that wait to be polled.</summary>
    public int QueuedBytes { get; private set; }

    /// <param name="isRefusal">It is the answer to a faulty client event: nobody but its sender needs it.</param>
    public bool TryPoll(out ReadOnlyMemory<byte> utf8Json, out bool isRefusal)
    {
        var any = _queue.TryDequeue(out var next);
        (utf8Json, isRefusal) = next;
        QueuedBytes -= utf8Json.Length;
        return any;
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

    /// <summary>An event of this server's own: the server ends what is left of its sessions in so much time.</summary>
    public void Draining(TimeSpan left)
    {
        Begin("parley.draining");
        _json.WriteNumber("seconds_left", (long)left.TotalSeconds);
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

    /// <summary>A <c>session.created</c> for one who joins late: it is not queued for the others.</summary>
    public ReadOnlyMemory<byte> MakeSessionCreated(string sessionId, long expiresAt, SessionSettings settings)
    {
        WriteSession("session.created", sessionId, expiresAt, settings);
        return Finish();
    }

    /// <summary>An <c>error</c> that is not queued.</summary>
    public ReadOnlyMemory<byte> MakeError(RealtimeError error)
    {
        WriteError(error, clientEventId: null);
        return Finish();
    }

    /// <param name="clientEventId">The <c>event_id</c> of the client event at fault; null: it had none, or there is none.</param>
    public void Error(RealtimeError error, string? clientEventId)
    {
        WriteError(error, clientEventId);
        End();
    }

    /// <summary>The answer to a client event that cannot be carried out.</summary>
    public void Refusal(RealtimeError error, string? clientEventId)
    {
        WriteError(error, clientEventId);
        End(isRefusal: true);
    }

    private void WriteError(RealtimeError error, string? clientEventId)
    {
        Begin("error");
        _json.WriteStartObject("error");
        _json.WriteString("type", error.Type);
        _json.WriteString("code", error.Code);
        _json.WriteString("message", error.Message);
        _json.WriteString("param", error.Param);
        _json.WriteString("event_id", clientEventId);
        _json.WriteEndObject();
    }

    private void Session(string type, string sessionId, long expiresAt, SessionSettings settings)
    {
        WriteSession(type, sessionId, expiresAt, settings);
        End();
    }

    private void WriteSession(string type, string sessionId, long expiresAt, SessionSettings settings)
    {
        Begin(type);
        _json.WriteStartObject("session");
        _json.WriteString("type", settings.TypeName);
        _json.WriteString("object", settings.ObjectName);
        _json.WriteString("id", sessionId);
        SessionSettingsWriter.WriteFields(_json, settings);
        _json.WriteNumber("expires_at", expiresAt);
        _json.WriteEndObject();
    }

    private void Begin(string type)
    {
        _buffer.ResetWrittenCount();
        _json.Reset(_buffer);
        _json.WriteStartObject();
        _json.WriteString("event_id", ids.Next("event_"));
        _json.WriteString("type", type);
    }

    private void End(bool isRefusal = false)
    {
        var utf8Json = Finish();
        QueuedBytes += utf8Json.Length;
        _queue.Enqueue((utf8Json, isRefusal));
    }

    private ReadOnlyMemory<byte> Finish()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;
}
