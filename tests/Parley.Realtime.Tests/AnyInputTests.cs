using System.Text;
using System.Text.Json;
using CsCheck;
using Parley.Conversation;
using Parley.Realtime.Settings;
using Parley.Simulation;

namespace Parley.Realtime.Tests;

/// <summary>Whatever clients, models and loudspeakers do, in whatever order, the session keeps its promises.</summary>
public sealed class AnyInputTests
{
    private static readonly string[] ClientEvents =
    [
        """{"type":"response.create"}""",
        """{"type":"response.create","response":{"output_modalities":["text"]}}""",
        """{"type":"response.create","response":{"conversation":"none","metadata":{"a":"b"}}}""",
        """{"type":"response.create","response":{"conversation":"none","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}}""",
        """{"type":"response.cancel"}""",
        """{"type":"response.cancel","response_id":"$response"}""",
        """{"type":"output_audio_buffer.clear"}""",
        """{"type":"input_audio_buffer.commit"}""",
        """{"type":"input_audio_buffer.clear"}""",
        """{"type":"input_audio_buffer.append","audio":""}""",
        """{"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}}""",
        """{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"server_vad","idle_timeout_ms":5000},"transcription":{"model":"m"}}}}}""",
        """{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"semantic_vad","interrupt_response":false}}}}}""",
        """{"type":"session.update","session":{"audio":{"input":{"transcription":null}},"output_modalities":["text"]}}""",
        """{"type":"session.update","session":{"audio":{"output":{"speed":-1}}}}""",
        """{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"hm"}]}}""",
        """{"type":"conversation.item.create","previous_item_id":"$item","item":{"type":"function_call","call_id":"c1","name":"f","arguments":"{}"}}""",
        """{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c1","output":"x"}}""",
        """{"type":"conversation.item.create","item":{"id":"$item","type":"message","role":"assistant","content":[]}}""",
        """{"type":"conversation.item.retrieve","item_id":"$item"}""",
        """{"type":"conversation.item.delete","item_id":"$item"}""",
        """{"type":"conversation.item.truncate","item_id":"$item","content_index":0,"audio_end_ms":100}""",
        """{"type":"conversation.item.truncate","item_id":"$item","content_index":1e99,"audio_end_ms":-5}""",
        """{"type":"response.sing","event_id":"e"}""",
        """{"type":"session.update","session":{"tools":[{"type":"mcp","server_label":"s","server_url":"https://s.example/","require_approval":{"never":{"tool_names":["f"]}}}]}}""",
        """{"type":"session.update","session":{"tools":[{"type":"mcp","server_label":"s","server_url":"https://other.example/"}],"truncation":{"type":"retention_ratio","retention_ratio":0.5,"token_limits":{"post_instructions":60}}}}""",
        """{"type":"session.update","session":{"tools":[],"truncation":"disabled"}}""",
        """{"type":"response.create","response":{"tools":[{"type":"mcp","server_label":"own","server_url":"https://own.example/","require_approval":"never"}]}}""",
        """{"type":"response.create","response":{"tool_choice":{"type":"mcp","server_label":"s"}}}""",
        """{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"$item","approve":true}}""",
        """{"type":"conversation.item.create","item":{"type":"mcp_approval_response","approval_request_id":"$item","approve":false}}""",
        """{"type":"conversation.item.create","item":{"type":"mcp_call","server_label":"s","name":"f","arguments":"{}","output":"x"}}""",
        """{"type":{}}""",
        "\"\\ud800\"",
        "nonsense",
    ];

    [Fact]
    public void Nothing_breaks_the_promises_of_a_session() =>
        Gen.Select(Gen.ULong, Gen.Int[50, 400]).Sample((seed, steps) => new Chaos(seed).Run(steps), iter: 400);

    [Fact]
    public void Bytes_of_any_kind_are_answered_with_an_error() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            var call = new TestCall();
            call.Session.HandleClientEvent(bytes, call.Now);
            call.Settle();
            Assert.Equal(["session.created", "error"], call.Types);
        }, iter: 2000);

    [Fact]
    public void A_client_event_with_bytes_changed_or_cut_never_throws() =>
        Gen.Select(Gen.Int[0, ClientEvents.Length - 1], Gen.Select(Gen.Int[0, 300], Gen.Byte).List[0, 4], Gen.Int[0, 300]).Sample((index, changes, cut) =>
        {
            var bytes = Encoding.UTF8.GetBytes(ClientEvents[index]);
            foreach (var (place, value) in changes) bytes[place % bytes.Length] = value;
            var call = new TestCall();
            call.Session.HandleClientEvent(bytes.AsSpan(0, Math.Min(cut, bytes.Length)), call.Now);
            call.Settle();
        }, iter: 3000);

    /// <summary>A session under random input, and the promises checked on what it puts out.</summary>
    private sealed class Chaos
    {
        private readonly SeededRandom _random;
        private readonly RealtimeSession _session;
        private readonly List<string> _responses = ["resp_unknown"];
        private readonly List<string> _items = ["item_unknown"];
        private readonly List<string> _questions = ["item_unknown"];
        private readonly Dictionary<string, string> _itemsDone = new(StringComparer.Ordinal);
        private readonly HashSet<string> _undone = new(StringComparer.Ordinal);
        private readonly HashSet<string> _eventIds = new(StringComparer.Ordinal);
        private Instant _now = new(0);
        private TimeSpan _position;

        public Chaos(ulong seed)
        {
            _random = new SeededRandom(seed);
            var config = TestCall.Config with
            {
                MaxDuration = TimeSpan.FromMinutes(2),
                AudioPath = _random.NextInt(2) == 0 ? AudioPath.Media : AudioPath.Events,
                Settings = SessionSettings.Default with { Transcription = new TranscriptionSettings(null, null, null) },
            };
            _session = new RealtimeSession(config, _random.Fork(), _now);
            if (_random.NextInt(10) > 0) _session.HandleOpened(_now);
        }

        public void Run(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                Step();
                Check();
            }
            _session.Close(_now);
            Assert.False(_session.TryPollServerEvent(out _));
            _session.HandleTranscript(Pick(_items), new TranscriptFinal("late"), _now);
            _session.HandleTimeout(_now + TimeSpan.FromHours(2));
            Assert.False(_session.TryPollServerEvent(out _));
        }

        private void Step()
        {
            switch (_random.NextInt(13))
            {
                case 12:
                    _session.HandleMcp(Recent(_questions), AnyOutcome(), _now);
                    break;
                case 0:
                    _session.HandleOpened(_now);
                    break;
                case 1:
                case 2:
                case 3:
                    var json = Pick(ClientEvents).Replace("$item", Pick(_items), StringComparison.Ordinal)
                        .Replace("$response", Pick(_responses), StringComparison.Ordinal);
                    _session.HandleClientEvent(Encoding.UTF8.GetBytes(json), _now);
                    break;
                case 4:
                case 5:
                    Speak(_random.NextInt(2) == 0 ? 0.9f : 0.1f, frames: _random.NextInt(80));
                    break;
                case 6:
                    _session.HandleTranscript(Recent(_items), AnyTranscript(), _now);
                    break;
                case 7:
                case 8:
                    _session.HandleReply(Recent(_responses), AnyReply(), _now);
                    break;
                case 9:
                    _session.HandlePlayout(Recent(_responses), AnyPlayout(), _now);
                    break;
                case 10:
                    _now += TimeSpan.FromMilliseconds(_random.NextInt(6000));
                    _session.HandleTimeout(_now);
                    break;
                case 11 when !_session.NextDeadline.IsNone && _random.NextInt(5) == 0:
                    _now = _session.NextDeadline.At > _now ? _session.NextDeadline.At : _now;
                    _session.HandleTimeout(_now);
                    break;
            }
        }

        private void Speak(float probability, int frames)
        {
            if (frames > 0 && _random.NextInt(10) == 0) _position += TimeSpan.FromMilliseconds(_random.NextInt(3000));
            for (var i = 0; i < frames; i++)
            {
                _position += TimeSpan.FromMilliseconds(10);
                _now += TimeSpan.FromMilliseconds(_random.NextInt(20));
                _session.HandleSpeech(probability, _position, _now);
                Check();
            }
        }

        private TranscriptUpdate AnyTranscript() => _random.NextInt(4) switch
        {
            0 => new TranscriptHypothesis(Words(), _random.NextInt(12) - 2),
            1 => new TranscriptFailed("code", "message"),
            _ => new TranscriptFinal(Words()),
        };

        private ReplyEvent AnyReply() => _random.NextInt(12) switch
        {
            10 => new ReplyToolCallDelta(_random.NextInt(3) == 0 ? "" : $"c{_random.NextInt(3)}", "f", Words()),
            11 => new ReplyToolCallDropped($"c{_random.NextInt(3)}"),
            0 => new ReplyCompleted(default, (ReplyLimit)_random.NextInt(3)),
            1 => new ReplyFailed("code", "message"),
            2 => new ReplyToolCall(_random.NextInt(3) == 0 ? "" : $"c{_random.NextInt(3)}", "f", "{}"),
            3 => new ReplyMark(TimeSpan.FromMilliseconds(_random.NextInt(3000)), _random.NextInt(40) - 3),
            4 or 5 => new ReplyAudio(new short[_random.NextInt(9600)]),
            _ => new ReplyText(Words()),
        };

        private McpOutcome AnyOutcome() => _random.NextInt(5) switch
        {
            0 => new McpFailed(McpError.Http(500, "no")),
            1 => new McpToolCalled(Words()),
            _ => new McpToolsListed([.. Enumerable.Range(0, _random.NextInt(4)).Select(i => new McpTool(i == 0 ? "f" : "f.g", "d", "{}", null, IsReadOnly: i == 0))]),
        };

        private PlayoutUpdate AnyPlayout() => _random.NextInt(4) switch
        {
            0 => PlayoutUpdate.Drained,
            1 => PlayoutUpdate.Started,
            _ => PlayoutUpdate.Progress(TimeSpan.FromMilliseconds(_random.NextInt(3000))),
        };

        private string Words() => Pick(["", " yes", "\uD83D", "\uDE00", "a longer line of words", "\"\\\u0000"]);

        /// <summary>Mostly the newest, so that much of what comes is not stale.</summary>
        private T Recent<T>(List<T> list) => _random.NextInt(4) == 0 ? Pick(list) : list[^1];

        private T Pick<T>(IReadOnlyList<T> list) => list[_random.NextInt(list.Count)];

        private void Check()
        {
            while (_session.TryPollCommand(out var command))
            {
                if (command is BeginUtterance begin)
                {
                    _items.Add(begin.ItemId);
                    Assert.InRange(begin.From, _position - RealtimeSession.MaxLookback, _position);
                    Assert.True(begin.From >= TimeSpan.Zero);
                }
                if (command is StartReply start) AssertPaired(start.Request.History);
                if (command is ListMcpTools or CallMcpTool) _questions.Add(command is CallMcpTool call ? call.ItemId : ((ListMcpTools)command).ItemId);
            }
            while (_session.TryPollServerEvent(out var json)) CheckEvent(new ReceivedEvent(_now, JsonDocument.Parse(json).RootElement));
        }

        private void CheckEvent(ReceivedEvent received)
        {
            Assert.StartsWith("event_", received["event_id"], StringComparison.Ordinal);
            if (_eventIds.Count == 0) Assert.Equal("session.created", received.Type);
            Assert.True(_eventIds.Add(received["event_id"]));
            switch (received.Type)
            {
                case "response.created":
                    _responses.Add(received["response.id"]);
                    _undone.Add(received["response.id"] + "/" + received["response.conversation_id"]);
                    Assert.InRange(_undone.Count(response => !response.EndsWith("/null", StringComparison.Ordinal)), 0, 1);
                    break;
                case "response.done":
                    Assert.NotEqual("in_progress", received["response.status"]);
                    Assert.True(_undone.Remove(received["response.id"] + "/" + received["response.conversation_id"]));
                    break;
                case "conversation.item.added":
                    _items.Add(received["item.id"]);
                    _itemsDone.Add(received["item.id"], "added");
                    break;
                case "conversation.item.done":
                    Assert.Equal("added", _itemsDone[received["item.id"]]);
                    _itemsDone[received["item.id"]] = "done";
                    break;
                case "conversation.item.deleted":
                    _itemsDone.Remove(received["item_id"]);
                    break;
            }
            if (_session.IsClosed && received.Type == "error") Assert.Empty(_undone);
        }

        private static void AssertPaired(IReadOnlyList<ConversationItem> history)
        {
            for (var i = 0; i < history.Count; i++)
                if (history[i] is ToolCallItem call) Assert.Equal(call.CallId, Assert.IsType<ToolOutputItem>(history[i + 1]).CallId);
        }
    }
}
