using System.Text;
using System.Text.Json;

namespace Parley.Realtime.Tests.Model;

/// <summary>One response as its events tell it, from created to done.</summary>
internal sealed class ResponseView
{
    private readonly AudioPath _path;
    private readonly List<string> _added = [];
    private readonly List<string> _done = [];
    private readonly Dictionary<string, StringBuilder> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StringBuilder> _arguments = new(StringComparer.Ordinal);
    private readonly HashSet<string> _openParts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private bool _wasHeard;
    private bool _hasUnheardText;

    public ResponseView(ReceivedEvent created, AudioPath path)
    {
        _path = path;
        Id = created["response.id"];
        IsDefault = created["response.conversation_id"] != "null";
        Assert.Equal("in_progress", created["response.status"]);
        Assert.Equal("[]", created["response.output"]);
    }

    public string Id { get; }

    public bool IsDefault { get; }

    /// <summary>More of the words, while the voice is heard or not.</summary>
    public void NoteHeardText(bool isSounding)
    {
        _wasHeard |= isSounding;
        // Before the voice is heard only the end of the response may bring the words, all at once.
        _hasUnheardText |= !_wasHeard;
    }

    public void Handle(string type, ReceivedEvent received)
    {
        // A response that is over asks for the approvals of its MCP calls.
        if (_hasUnheardText && !(type == "response.output_item.added" && received["item.type"] == "mcp_approval_request"))
            Assert.EndsWith(".done", type, StringComparison.Ordinal);
        switch (type)
        {
            case "response.output_item.added":
                Assert.Equal(_added.Count, int.Parse(received["output_index"], null));
                Assert.DoesNotContain(received["item.id"], _added);
                _added.Add(received["item.id"]);
                break;
            case "response.output_item.done":
                AssertPlace(received["item.id"], received);
                Assert.DoesNotContain(received["item.id"], _done);
                Assert.DoesNotContain(received["item.id"], _openParts);
                ClientView.AssertNotInProgress(received.Get("item"));
                _done.Add(received["item.id"]);
                break;
            case "response.content_part.added":
                AssertOpen(received);
                Assert.True(_openParts.Add(received["item_id"]));
                break;
            case "response.content_part.done":
                AssertOpen(received);
                Assert.True(_openParts.Remove(received["item_id"]));
                break;
            case "response.output_text.delta" or "response.output_audio_transcript.delta":
                AssertOpen(received);
                TextOf(_texts, received).Append(received["delta"]);
                break;
            case "response.output_text.done":
                AssertText(_texts, received, "text");
                break;
            case "response.output_audio_transcript.done":
                AssertText(_texts, received, "transcript");
                break;
            case "response.output_audio.delta":
                Assert.Equal(AudioPath.Events, _path);
                AssertOpen(received);
                Assert.NotEmpty(received.Get("delta").GetBytesFromBase64());
                break;
            case "response.output_audio.done":
                AssertOpen(received);
                break;
            case "response.function_call_arguments.delta" or "response.mcp_call_arguments.delta":
                AssertPlace(received["item_id"], received);
                TextOf(_arguments, received).Append(received["delta"]);
                break;
            case "response.function_call_arguments.done" or "response.mcp_call_arguments.done":
                AssertText(_arguments, received, "arguments");
                break;
            case "response.done":
                HandleDone(received);
                break;
        }
    }

    private void HandleDone(ReceivedEvent received)
    {
        Assert.NotEqual("in_progress", received["response.status"]);
        Assert.Empty(_openParts);
        Assert.Equal(_added.Order(StringComparer.Ordinal), _done.Order(StringComparer.Ordinal));
        Assert.Equal(_added, received.Get("response.output").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
        foreach (var item in received.Get("response.output").EnumerateArray())
        {
            ClientView.AssertNotInProgress(item);
            if (item.TryGetProperty("content", out var content)) AssertContent(item.GetProperty("id").GetString()!, content);
        }
    }

    private void AssertContent(string itemId, JsonElement content)
    {
        var part = content[0];
        var text = part.TryGetProperty("transcript", out var transcript) ? transcript.GetString() : part.GetProperty("text").GetString();
        Assert.Equal(_texts.GetValueOrDefault(itemId)?.ToString() ?? "", text);
    }

    private void AssertOpen(ReceivedEvent received)
    {
        AssertPlace(received["item_id"], received);
        Assert.DoesNotContain(received["item_id"], _done);
    }

    private void AssertPlace(string itemId, ReceivedEvent received) => Assert.Equal(_added.IndexOf(itemId), int.Parse(received["output_index"], null));

    private void AssertText(Dictionary<string, StringBuilder> texts, ReceivedEvent received, string field)
    {
        AssertPlace(received["item_id"], received);
        Assert.Equal(TextOf(texts, received).ToString(), received[field]);
        Assert.True(_ended.Add($"{received["item_id"]} {received.Type}"), "text was done twice");
    }

    private static StringBuilder TextOf(Dictionary<string, StringBuilder> texts, ReceivedEvent received)
    {
        if (!texts.TryGetValue(received["item_id"], out var text)) texts.Add(received["item_id"], text = new StringBuilder());
        return text;
    }
}
