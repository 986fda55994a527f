using System.Text;
using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime;
using Parley.Realtime.Settings;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// What clients send in JSON. The first byte chooses: events over a data channel, events over a WebSocket, a session object, or one of before
/// general availability. Events are lines.
/// </summary>
internal sealed class ClientEventTarget : FuzzTarget
{
    public override string Name => "client-events";

    public override string Summary => "client events and session objects: carried out, or refused with one error that names the fault";

    public override int Weight => 2;

    public override int MaxLength => 4096;

    public override long MaxAllocation => 4 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary { get; } =
    [
        .. """
            "type":"session.update" "session":{ "audio":{ "input":{ "output":{ "turn_detection":{ "transcription":{ "tools":[ "mcp" "function" "server_label"
            "conversation.item.create" "item":{ "content":[ "input_audio" "input_image" "output_audio" "function_call" "function_call_output" "mcp_approval_response"
            "previous_item_id" "root" "call_id" "response.create" "response":{ "conversation":"none" "input":[ "item_reference" "truncation":{ "retention_ratio"
            "input_audio_buffer.append" "audio":"AAAA" "\u002b" "\ud800" null true [] {} -1 1e999 0.5 "conversation.item.truncate" "audio_end_ms" "metadata":{
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes),
        "\n"u8.ToArray(),
    ];

    public override IEnumerable<byte[]> Examples()
    {
        var settings = """
            {"type":"realtime","instructions":"x","output_modalities":["audio"],"tracing":{"workflow_name":"w","metadata":{"a":1}},"include":["item.input_audio_transcription.logprobs"],
            "audio":{"input":{"format":{"type":"audio/pcmu"},"transcription":{"model":"m","languages":["en"],"keywords":["k"],"delay":"low"},"noise_reduction":{"type":"near_field"},
            "turn_detection":{"type":"server_vad","threshold":0.4,"idle_timeout_ms":6000}},"output":{"format":{"type":"audio/pcm","rate":24000},"voice":{"id":"v"},"speed":1.1}},
            "tools":[{"type":"function","name":"f","parameters":{}},{"type":"mcp","server_label":"s","server_url":"https://mcp.example/"}],"tool_choice":{"type":"function","name":"f"},
            "max_output_tokens":"inf","truncation":{"type":"retention_ratio","retention_ratio":0.5,"token_limits":{"post_instructions":10}},"reasoning":{"effort":"low"},"prompt":null}
            """.ReplaceLineEndings("");
        var events = $$$"""
            {"event_id":"e","type":"session.update","session":{{{settings}}}}
            {"type":"input_audio_buffer.append","audio":"AAECAwQFBgcICQ=="}
            {"type":"conversation.item.create","item":{"id":"a","type":"message","role":"user","content":[{"type":"input_text","text":"hi"},{"type":"input_audio","audio":"AAECAwQF"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]}}
            {"type":"conversation.item.create","previous_item_id":"root","item":{"id":"c","type":"function_call","call_id":"1","name":"f","arguments":"{}"}}
            {"type":"conversation.item.create","previous_item_id":"a","item":{"type":"function_call_output","call_id":"1","output":"x"}}
            {"type":"conversation.item.create","item":{"id":"b","type":"message","role":"assistant","content":[{"type":"output_audio","transcript":"hm","audio":"AAECAwQF"}]}}
            {"type":"conversation.item.retrieve","item_id":"a"}
            {"type":"conversation.item.truncate","item_id":"b","content_index":0,"audio_end_ms":0}
            {"type":"response.create","response":{"conversation":"none","input":[{"type":"item_reference","id":"a"}],"metadata":{"a":"b"},"output_modalities":["text"]}}
            {"type":"response.cancel"}
            {"type":"input_audio_buffer.commit"}
            {"type":"input_audio_buffer.clear"}
            {"type":"output_audio_buffer.clear"}
            {"type":"conversation.item.delete","item_id":"a"}
            """;
        yield return Input(0, events);
        yield return Input(1, events);
        yield return Input(2, settings);
        yield return Input(3, """{"modalities":["audio","text"],"voice":"ash","input_audio_format":"g711_ulaw","turn_detection":null,"temperature":0.8,"max_response_output_tokens":5}""");
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return;
        var rest = input[1..];
        switch (input[0] % 4)
        {
            case 0:
                Converse(rest, AudioPath.Media);
                break;
            case 1:
                Converse(rest, AudioPath.Events);
                break;
            case 2:
                if (!SessionSettings.Default.TryApply(rest, out var settings, out var error)) Invariant.Holds(error.Param is not null);
                else Invariant.Holds(SessionSettings.Default.TryApply(Written(settings, settings.WriteFields), out _, out _));
                break;
            default:
                if (!SessionSettings.Default.TryApplyBeta(rest, out settings, out error)) Invariant.Holds(error.Param is not null);
                else Invariant.Holds(SessionSettings.Default.TryApplyBeta(Written(null, settings.WriteBetaFields), out _, out _));
                break;
        }
    }

    private static byte[] Input(byte kind, string text) => [kind, .. Encoding.UTF8.GetBytes(text)];

    private static void Converse(ReadOnlySpan<byte> lines, AudioPath path)
    {
        var now = new Instant(0);
        var session = new RealtimeSession(new RealtimeSessionConfig { CreatedAt = default, AudioPath = path }, new SeededRandom(1), now);
        session.HandleOpened(now);
        Drain(session, now);
        foreach (var line in lines.Split((byte)'\n'))
        {
            session.HandleClientEvent(lines[line], now);
            Drain(session, now);
            if (session.IsClosed) return;
        }
        session.Close(now);
        Invariant.Equal(session.Id, RealtimeSession.Resume(session.Snapshot(), new RealtimeSessionConfig { CreatedAt = default }, new SeededRandom(2), now).Id);
    }

    /// <summary>Everybody does what is asked of them at once.</summary>
    private static void Drain(RealtimeSession session, Instant now)
    {
        var more = true;
        while (more)
        {
            more = false;
            while (session.TryPollCommand(out var command))
            {
                more = true;
                Carry(session, command, now);
            }
            while (session.TryPollServerEvent(out var json))
            {
                more = true;
                using var document = JsonDocument.Parse(json);
                Invariant.Holds(document.RootElement.GetProperty("event_id").GetString()!.Length > 0);
                Invariant.Holds(document.RootElement.GetProperty("type").GetString()!.Length > 0);
            }
        }
    }

    private static void Carry(RealtimeSession session, SessionCommand command, Instant now)
    {
        switch (command)
        {
            case AppendInput append:
                Invariant.Equal(0, append.Audio.Length % session.InputFormat.BytesPerSample);
                break;
            case RecognizeItem recording:
                session.HandleTranscript(recording.ItemId, new TranscriptFinal("words"), now);
                break;
            case ListMcpTools list:
                session.HandleMcp(list.ItemId, new McpToolsListed([]), now);
                break;
            case StartReply start:
                Invariant.Holds(session.HandleReply(start.Request.ResponseId, new ReplyText("words"), now));
                Invariant.Holds(session.HandleReply(start.Request.ResponseId, new ReplyCompleted(default), now));
                break;
        }
    }

    private static byte[] Written(SessionSettings? typed, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (typed is not null) json.WriteString("type", typed.TypeName);
            write(json);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
