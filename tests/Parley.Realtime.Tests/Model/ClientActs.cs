using Parley.Simulation;

namespace Parley.Realtime.Tests.Model;

/// <summary>What a client event should bring about.</summary>
/// <param name="Type">An event that answers it; null: none has to.</param>
/// <param name="Error">The code of the error that answers it; null: none may; "?": one may.</param>
internal readonly record struct Expectation(string? Type, string? Error)
{
    public static readonly Expectation Anything = new(null, "?");

    public static Expectation Answer(string type) => new(type, null);

    public static Expectation Refusal(string code) => new(null, code);
}

/// <summary>Client events, legal and not, and what the protocol says of each in the state that the client knows.</summary>
internal sealed class ClientActs(ClientView client, AudioPath path)
{
    private static readonly string[] Updates =
    [
        """{"audio":{"input":{"turn_detection":null}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":5000}}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":200,"idle_timeout_ms":null}}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"semantic_vad","eagerness":"high","interrupt_response":false}}}}""",
        """{"audio":{"input":{"turn_detection":{"type":"server_vad","create_response":false,"interrupt_response":false}}}}""",
        """{"audio":{"input":{"transcription":{"model":"m","language":"en"}}},"include":["item.input_audio_transcription.logprobs"]}""",
        """{"audio":{"input":{"transcription":null}}}""",
        """{"audio":{"input":{"format":{"type":"audio/pcmu"}},"output":{"format":{"type":"audio/pcma"}}}}""",
        """{"audio":{"input":{"format":{"type":"audio/pcm","rate":24000}},"output":{"format":{"type":"audio/pcm"}}}}""",
        """{"output_modalities":["text"],"tools":[{"type":"function","name":"f"}]}""",
        """{"output_modalities":["audio"],"tools":[],"tracing":"auto"}""",
        """{"tools":[{"type":"mcp","server_label":"s","server_url":"https://mcp.example/s","require_approval":"never"}]}""",
        """{"tools":[{"type":"mcp","server_label":"s","server_url":"https://mcp.example/s","require_approval":"always"}]}""",
        """{"output_modalities":["text"],"tools":[{"type":"mcp","server_label":"s","server_url":"https://mcp.example/s","require_approval":"never"}]}""",
        """{"truncation":{"type":"retention_ratio","retention_ratio":0.8},"max_output_tokens":100}""",
        "{}",
    ];

    private static readonly (string Json, string Code)[] Illegal =
    [
        ("""{"type":"session.update","session":{"audio":{"output":{"speed":-1}}}}""", "decimal_below_min_value"),
        ("""{"type":"session.update","session":{"type":"transcription"}}""", "invalid_value"),
        ("""{"type":"session.update","session":[]}""", "invalid_type"),
        ("""{"type":"session.update"}""", "missing_required_parameter"),
        ("""{"type":"response.sing"}""", "invalid_value"),
        ("""{"type":"response.create","response":{"voice":"ash"}}""", "unknown_parameter"),
        ("""{"type":"response.create","response":{"input":[{"type":"item_reference","id":"item_nobody"}]}}""", "item_not_found"),
        ("""{"type":"response.cancel","response_id":"resp_nobody"}""", "response_cancel_not_active"),
        ("""{"type":"conversation.item.create","item":{"type":"poem"}}""", "invalid_value"),
        ("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"?"}]}}""", "invalid_value"),
        ("""{"type":"conversation.item.retrieve","item_id":"item_nobody"}""", "item_not_found"),
        ("""{"type":"conversation.item.delete","item_id":"item_nobody"}""", "item_not_found"),
        ("""{"type":"conversation.item.truncate","item_id":"item_nobody","audio_end_ms":1}""", "item_not_found"),
        ("""{"type":"input_audio_buffer.append"}""", ""),
    ];

    private int _created;

    private static readonly Expectation NoResponses = Expectation.Refusal("unsupported_event");

    private bool IsTranscription => client.Session.GetProperty("type").GetString() == "transcription";

    public (string Json, Expectation Expected) Next(SeededRandom random)
    {
        var (json, expected) = Any(random);
        if (!IsTranscription) return (json, expected);
        if (json.Contains("\"response.c", StringComparison.Ordinal)) return (json, NoResponses);
        // Of the fields it has those of the input alone.
        return json.Contains("session.update", StringComparison.Ordinal) ? (json, Expectation.Anything) : (json, expected);
    }

    private (string Json, Expectation Expected) Any(SeededRandom random)
    {
        switch (random.NextInt(20))
        {
            case < 3:
                return ($$"""{"type":"session.update","session":{{Updates[random.NextInt(Updates.Length)]}}}""", Expectation.Answer("session.updated"));
            case 3:
                var (json, code) = Illegal[random.NextInt(Illegal.Length)];
                if (code.Length == 0) code = path == AudioPath.Events ? "missing_required_parameter" : "unsupported_event";
                return (json, Expectation.Refusal(code));
            case < 8:
                return CreateItem(random);
            case 8:
                return OnItem("retrieve", "retrieved", random);
            case 9:
                return OnItem("delete", "deleted", random);
            case 10:
                var end = random.NextInt(3000);
                return ($$"""{"type":"conversation.item.truncate","item_id":"{{AnyItem(random)}}","content_index":0,"audio_end_ms":{{end}}}""", Expectation.Anything);
            case < 15:
                return CreateResponse(random);
            case 15:
                return Cancel(random);
            case 16:
                return ("""{"type":"input_audio_buffer.commit"}""", Expectation.Anything);
            case 17:
                return ("""{"type":"input_audio_buffer.clear"}""", Expectation.Answer("input_audio_buffer.cleared"));
            case 18:
                return ("""{"type":"output_audio_buffer.clear"}""", path == AudioPath.Media ? default : Expectation.Refusal("unsupported_event"));
            default:
                return ("""{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"APPROVAL","approve":true}}"""
                    .Replace("APPROVAL", ApprovalRequest() ?? AnyItem(random), StringComparison.Ordinal), Expectation.Anything);
        }
    }

    private string? ApprovalRequest() => client.Items.FindLast(id => client.ItemJson[id].GetProperty("type").GetString() == "mcp_approval_request");

    private (string, Expectation) CreateItem(SeededRandom random)
    {
        var isTaken = random.NextInt(10) == 0 && client.Items.Count > 0;
        var id = isTaken ? AnyItem(random) : $"mine_{_created++}";
        var (place, isUnknown) = random.NextInt(6) switch
        {
            0 => ("\"previous_item_id\":\"root\",", false),
            1 => ("\"previous_item_id\":\"item_nobody\",", true),
            2 when client.Items.Count > 0 => ($"\"previous_item_id\":\"{AnyItem(random)}\",", false),
            _ => ("", false),
        };
        var call = $"c{random.NextInt(4)}";
        var (fields, fault) = random.NextInt(8) switch
        {
            0 => ($"\"type\":\"function_call\",\"call_id\":\"{call}\",\"name\":\"f\",\"arguments\":\"{{}}\"", Has("function_call", call) ? "invalid_tool_call_id" : null),
            1 or 2 => ($"\"type\":\"function_call_output\",\"call_id\":\"{call}\",\"output\":\"x\"",
                !Has("function_call", call) || Has("function_call_output", call) ? "invalid_tool_call_id" : null),
            3 => ($"\"type\":\"message\",\"role\":\"user\",\"content\":[{{\"type\":\"input_audio\",\"audio\":\"{Convert.ToBase64String(new byte[2000])}\"}}]", null),
            4 => ("\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AAAA\"}]", null),
            5 => ($"\"type\":\"message\",\"role\":\"assistant\",\"content\":[{{\"type\":\"output_audio\",\"transcript\":\"hm\",\"audio\":\"{Convert.ToBase64String(new byte[2000])}\"}}]", null),
            6 => ("\"type\":\"message\",\"role\":\"system\",\"content\":[{\"type\":\"input_text\",\"text\":\"be brief\"}]", null),
            _ => ("\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"hi\"}]", null),
        };
        var code = isTaken ? "item_already_exists" : isUnknown ? "item_not_found" : fault;
        return ($"{{\"type\":\"conversation.item.create\",{place}\"item\":{{\"id\":\"{id}\",{fields}}}}}",
            code is null ? Expectation.Answer("conversation.item.done") : Expectation.Refusal(code));
    }

    private (string, Expectation) CreateResponse(SeededRandom random)
    {
        var isOutOfBand = random.NextInt(4) == 0;
        var options = random.NextInt(4) switch
        {
            0 => "\"output_modalities\":[\"text\"]",
            1 => "\"metadata\":{\"a\":\"b\"},\"instructions\":\"x\"",
            2 when isOutOfBand && client.Items.Count > 0 => $"\"input\":[{{\"type\":\"item_reference\",\"id\":\"{AnyItem(random)}\"}}]",
            _ => "\"output_modalities\":[\"audio\"]",
        };
        if (isOutOfBand) options += ",\"conversation\":\"none\"";
        var refusal = isOutOfBand
            ? client.Active.Values.Count(response => !response.IsDefault) >= 4 ? "too_many_responses" : null
            : client.DefaultActive is null ? null : "conversation_already_has_active_response";
        return ($"{{\"type\":\"response.create\",\"response\":{{{options}}}}}",
            refusal is null ? Expectation.Answer("response.created") : Expectation.Refusal(refusal));
    }

    private (string, Expectation) Cancel(SeededRandom random)
    {
        if (random.NextInt(2) == 0)
            return ("""{"type":"response.cancel"}""", client.DefaultActive is null ? Expectation.Refusal("response_cancel_not_active") : Expectation.Answer("response.done"));
        var id = client.Active.Count == 0 ? "resp_nobody" : client.Active.Keys.ElementAt(random.NextInt(client.Active.Count));
        return ($$"""{"type":"response.cancel","response_id":"{{id}}"}""",
            client.Active.ContainsKey(id) ? Expectation.Answer("response.done") : Expectation.Refusal("response_cancel_not_active"));
    }

    private (string, Expectation) OnItem(string verb, string answer, SeededRandom random)
    {
        var id = AnyItem(random);
        return ($$"""{"type":"conversation.item.{{verb}}","item_id":"{{id}}"}""",
            client.Items.Contains(id) ? Expectation.Answer($"conversation.item.{answer}") : Expectation.Refusal("item_not_found"));
    }

    private string AnyItem(SeededRandom random) => client.Items.Count == 0 ? "item_nobody" : client.Items[random.NextInt(client.Items.Count)];

    private bool Has(string type, string callId) => client.ItemJson.Values.Any(item =>
        item.GetProperty("type").GetString() == type && item.GetProperty("call_id").GetString() == callId);
}
