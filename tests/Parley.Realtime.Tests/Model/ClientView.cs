using System.Text.Json;

namespace Parley.Realtime.Tests.Model;

/// <summary>
/// What a client knows of a session from its events alone, and the rules that those events keep. It stands for any client that takes the
/// protocol at its word.
/// </summary>
internal sealed class ClientView(AudioPath path)
{
    private readonly HashSet<string> _eventIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _everAdded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _transcripts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _transcribed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);

    /// <summary>In progress when the connection was lost: how they ended no event told.</summary>
    private readonly HashSet<string> _cut = new(StringComparer.Ordinal);

    private Func<ReceivedEvent, bool>? _next;
    private string _nextIs = "";
    private string? _committed;

    /// <summary>The items of the conversation, in order.</summary>
    public List<string> Items { get; } = [];

    public Dictionary<string, JsonElement> ItemJson { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ResponseView> Active { get; } = new(StringComparer.Ordinal);

    /// <summary>Responses whose output buffer has started and not ended.</summary>
    public HashSet<string> Sounding { get; } = new(StringComparer.Ordinal);

    public JsonElement Session { get; private set; }

    public string SessionId { get; private set; } = "";

    public string? Speaking { get; private set; }

    public List<string> Everything { get; } = [];

    public ResponseView? DefaultActive => Active.Values.FirstOrDefault(response => response.IsDefault);

    public bool IsFirst => _eventIds.Count == 0;

    /// <summary>Another connection: the conversation goes on, what was under way does not.</summary>
    public void HandleResumed()
    {
        _eventIds.Clear();
        Active.Clear();
        Sounding.Clear();
        _cut.UnionWith(_open);
        _open.Clear();
        _transcripts.Clear();
        // What was not understood is tried again.
        _transcribed.ExceptWith(_failed);
        _failed.Clear();
        _next = null;
        Speaking = null;
        _committed = null;
    }

    public void Handle(ReceivedEvent received)
    {
        var type = received.Type;
        Everything.Add(type);
        Assert.StartsWith("event_", received["event_id"], StringComparison.Ordinal);
        if (IsFirst) Assert.Equal("session.created", type);
        Assert.True(_eventIds.Add(received["event_id"]), "an event id came twice");
        if (_next is { } next)
        {
            Assert.True(next(received), $"expected {_nextIs}, got {type}");
            _next = null;
        }
        if (type.StartsWith("response.", StringComparison.Ordinal) && !type.StartsWith("response.mcp_call.", StringComparison.Ordinal)) HandleResponse(type, received);
        else if (type.StartsWith("conversation.item.", StringComparison.Ordinal)) HandleItem(type, received);
        else if (type.StartsWith("input_audio_buffer.", StringComparison.Ordinal)) HandleInput(type, received);
        else if (type.StartsWith("output_audio_buffer.", StringComparison.Ordinal)) HandleOutput(type, received["response_id"]);
        else if (type is "session.created" or "session.updated")
        {
            Session = received.Get("session");
            SessionId = received["session.id"];
        }
    }

    /// <summary>Nothing is under way any more.</summary>
    public void AssertAtRest()
    {
        Assert.Empty(Active);
        Assert.Empty(Sounding);
        // A call that waits for the client's approval waits on.
        Assert.DoesNotContain(_open, id => ItemJson[id].GetProperty("type").GetString() != "mcp_call");
        Assert.Null(_next);
        Assert.All(ItemJson.Where(item => !_cut.Contains(item.Key)), item => AssertNotInProgress(item.Value));
    }

    /// <summary>The items of MCP have no status.</summary>
    public static void AssertNotInProgress(JsonElement item)
    {
        if (item.TryGetProperty("status", out var status)) Assert.NotEqual("in_progress", status.GetString());
    }

    private void HandleResponse(string type, ReceivedEvent received)
    {
        if (type == "response.created")
        {
            Assert.Equal("realtime", Session.GetProperty("type").GetString());
            var created = new ResponseView(received, path);
            Assert.False(created.IsDefault && DefaultActive is not null, "two responses write to the conversation");
            Assert.True(Active.TryAdd(created.Id, created));
            Expect("rate_limits.updated", next => next.Type == "rate_limits.updated");
            return;
        }
        var id = type == "response.done" ? received["response.id"] : received["response_id"];
        Assert.True(Active.TryGetValue(id, out var response), $"{type} of a response that is not active");
        response.Handle(type, received);
        if (type == "response.done")
        {
            Active.Remove(id);
            // An MCP tool is called when the response is over.
            foreach (var item in received.Get("response.output").EnumerateArray().Where(item => item.GetProperty("type").GetString() != "mcp_call"))
                Assert.DoesNotContain(item.GetProperty("id").GetString()!, _open);
        }
        if (type == "response.output_item.added" && response.IsDefault)
        {
            var itemId = received["item.id"];
            Expect($"the item {itemId} in the conversation", next => next.Type == "conversation.item.added" && next["item.id"] == itemId);
        }
        if (type.EndsWith("audio_transcript.delta", StringComparison.Ordinal) && path == AudioPath.Media) response.NoteHeardText(Sounding.Contains(id));
    }

    private void HandleItem(string type, ReceivedEvent received)
    {
        var id = received.Json.TryGetProperty("item", out var item) ? item.GetProperty("id").GetString()! : received["item_id"];
        switch (type)
        {
            case "conversation.item.added":
                var previous = received["previous_item_id"];
                var index = previous == "null" ? 0 : Items.IndexOf(previous) + 1;
                Assert.True(previous == "null" || index > 0, "an item stands behind one that nobody knows");
                Assert.DoesNotContain(id, Items);
                Assert.True(_open.Add(id));
                Items.Insert(index, id);
                _everAdded.Add(id);
                ItemJson[id] = item;
                break;
            case "conversation.item.done":
                Assert.True(_open.Remove(id) || item.GetProperty("type").GetString() == "mcp_call", "an item was done twice, or never added");
                AssertNotInProgress(item);
                Assert.Equal(Items.IndexOf(id) is > 0 and var place ? Items[place - 1] : "null", received["previous_item_id"]);
                ItemJson[id] = item;
                break;
            case "conversation.item.deleted":
                Assert.True(Items.Remove(id));
                ItemJson.Remove(id);
                _open.Remove(id);
                break;
            case "conversation.item.retrieved" or "conversation.item.truncated":
                Assert.Contains(id, Items);
                break;
            case "conversation.item.input_audio_transcription.delta":
                Assert.Contains(id, _everAdded);
                Assert.DoesNotContain(id, _transcribed);
                _transcripts[id] = _transcripts.GetValueOrDefault(id, "") + received["delta"];
                break;
            case "conversation.item.input_audio_transcription.completed" or "conversation.item.input_audio_transcription.failed":
                Assert.Contains(id, _everAdded);
                Assert.True(_transcribed.Add(id), "a transcript was completed twice");
                if (type.EndsWith("failed", StringComparison.Ordinal)) _failed.Add(id);
                break;
        }
    }

    private void HandleInput(string type, ReceivedEvent received)
    {
        switch (type)
        {
            case "input_audio_buffer.speech_started":
                Speaking = received["item_id"];
                break;
            case "input_audio_buffer.speech_stopped":
                Assert.Equal(Speaking, received["item_id"]);
                Speaking = null;
                break;
            case "input_audio_buffer.committed":
                _committed = received["item_id"];
                Assert.Equal(Items.Count == 0 ? "null" : Items[^1], received["previous_item_id"]);
                Expect("the committed item", next => next.Type == "conversation.item.added" && next["item.id"] == _committed);
                Speaking = null;
                break;
            case "input_audio_buffer.cleared":
                Speaking = null;
                break;
        }
    }

    private void HandleOutput(string type, string responseId)
    {
        Assert.Equal(AudioPath.Media, path);
        if (type == "output_audio_buffer.started") Assert.True(Sounding.Add(responseId), "a buffer started twice");
        else Assert.True(Sounding.Remove(responseId), $"{type} without a start");
    }

    private void Expect(string what, Func<ReceivedEvent, bool> next) => (_nextIs, _next) = (what, next);
}
