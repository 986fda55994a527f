namespace Parley.Realtime.Tests;

public sealed class ItemTests
{
    private readonly TestCall _call = new();

    private void Create(string text, string role = "user", string type = "input_text", string more = "") =>
        _call.Send($$$"""{"type":"conversation.item.create"{{{more}}},"item":{"id":"{{{text}}}","type":"message","role":"{{{role}}}","content":[{"type":"{{{type}}}","text":"{{{text}}}"}]}}""");

    [Fact]
    [Shows(ApiPart.ClientEvent, "conversation.item.create")]
    public void A_client_places_items_where_it_wants()
    {
        Create("b");
        Create("c", "assistant", "output_text");
        Create("a", "system", "input_text", ""","previous_item_id":"root" """);
        Create("b2", more: ""","previous_item_id":"b" """);
        Assert.Equal(["null", "b", "null", "b"], _call.Events.Where(received => received.Type == "conversation.item.added").Select(received => received["previous_item_id"]));
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal(["a", "b", "b2", "c"], _call.Requests.Single().History.Select(item => item.Id));
    }

    [Fact]
    public void An_item_has_the_shape_that_clients_parse()
    {
        Create("hi");
        Assert.Equal(
            """{"id":"hi","object":"realtime.item","type":"message","status":"completed","role":"user","content":[{"type":"input_text","text":"hi"}]}""",
            _call.Single("conversation.item.done").Get("item").GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_image","image_url":"http://example.org/a.png"}]}""", "item.content[0].image_url")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,?"}]}""", "item.content[0].image_url")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"fine"}]}""", "item.content[0].detail")]
    [InlineData("""{"type":"message","role":"system","content":[{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]}""", "item.content[0].type")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_audio","audio":"AAA"}]}""", "item.content[0].audio")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_audio"}]}""", "item.content[0].audio")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_audio","transcript":"a"},{"type":"input_audio","audio":"AAAA"}]}""", "item.content[1].audio")]
    [InlineData("""{"type":"message","role":"assistant","content":[{"type":"output_audio","audio":"AAAA"}]}""", "item.content[0].transcript")]
    [InlineData("""{"type":"message","role":"system","content":[{"type":"input_audio","audio":"AAAA"}]}""", "item.content[0].type")]
    [InlineData("""{"type":"message","role":"user","status":"perhaps","content":[]}""", "item.status")]
    [InlineData("""{"type":"message","object":"realtime.thing","role":"user","content":[]}""", "item.object")]
    [InlineData("""{"type":"function_call","call_id":"c","name":"","arguments":"{}"}""", "item.name")]
    [InlineData("""{"type":"function_call","call_id":"c","name":"f"}""", "item.arguments")]
    [InlineData("""{"type":"item_reference","id":"a"}""", "item.type")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"output_text","text":"x"}]}""", "item.content[0].type")]
    [InlineData("""{"type":"message","role":"user","content":[7]}""", "item.content[0]")]
    [InlineData("""{"type":"message","role":"king","content":[]}""", "item.role")]
    [InlineData("""{"type":"message","role":"user"}""", "item.content")]
    [InlineData("""{"type":"mcp_list_tools"}""", "item.type")]
    public void What_cannot_be_an_item_is_refused_by_name(string item, string param)
    {
        _call.Send($$"""{"type":"conversation.item.create","item":{{item}}}""");
        Assert.Equal(param, _call.Single("error")["error.param"]);
        Assert.Equal(2, _call.Events.Count);
    }

    [Theory]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_audio","transcript":"b","audio":null}]}""",
        """[{"type":"input_text","text":"a"},{"type":"input_audio","transcript":"b"}]""")]
    [InlineData("""{"type":"message","role":"system","status":"incomplete","object":"realtime.item","content":[{"type":"input_text","text":"a"}]}""",
        """[{"type":"input_text","text":"a"}]""")]
    [InlineData("""{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"},{"type":"output_audio","transcript":"b"}]}""",
        """[{"type":"output_text","text":"a"},{"type":"output_audio","transcript":"b"}]""")]
    [InlineData("""{"type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"}]}""",
        """[{"type":"input_image"}]""")]
    public void A_message_holds_what_its_role_may_say(string item, string content)
    {
        _call.Send($$"""{"type":"conversation.item.create","item":{{item}}}""");
        Assert.Equal(content, _call.Single("conversation.item.done")["item.content"]);
        Assert.Equal("completed", _call.Single("conversation.item.done")["item.status"]);
    }

    [Fact]
    [Shows(ApiPart.Item, "message, user: input_image")]
    public void An_image_goes_to_the_model_and_is_retrieved_whole()
    {
        const string Url = "data:image/jpeg;base64,/9j/AAAA";
        _call.Send($$$"""{"type":"conversation.item.create","item":{"id":"i","type":"message","role":"user","content":[{"type":"input_image","image_url":"{{{Url}}}"}]}}""");
        _call.Send("""{"type":"conversation.item.retrieve","item_id":"i"}""");
        Assert.Equal(Url, _call.Single("conversation.item.retrieved")["item.content.0.image_url"]);
        _call.Send("""{"type":"response.create"}""");
        Assert.Equal(Url, ((Conversation.MessageItem)_call.Requests.Single().History.Single()).Content.Single().ImageUrl);
    }

    [Fact]
    public void A_function_call_gets_the_id_that_the_client_did_not_choose()
    {
        _call.Send("""{"type":"conversation.item.create","item":{"type":"function_call","name":"f","arguments":"{}"}}""");
        Assert.StartsWith("call_", _call.Single("conversation.item.done")["item.call_id"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_no_event_could_carry_back_is_refused()
    {
        var call = new TestCall(TestCall.Config with { AudioPath = AudioPath.Events });
        call.Send($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"{{{new string('x', 300_000)}}}"}]}}""");
        Assert.Equal(("item.content[0].text", "string_above_max_length"), (call.Single("error")["error.param"], call.Single("error")["error.code"]));
    }

    [Fact]
    public void Two_items_cannot_have_one_id_nor_stand_after_nobody()
    {
        Create("a");
        Create("a");
        Create("b", more: ""","previous_item_id":"nobody" """);
        Assert.Equal(["item_already_exists", "item_not_found"], _call.Events.Where(received => received.Type == "error").Select(received => received["error.code"]));
    }

    [Fact]
    public void A_deleted_item_is_gone()
    {
        Create("a");
        _call.Send("""{"type":"conversation.item.delete","item_id":"a"}""");
        Assert.Equal("a", _call.Single("conversation.item.deleted")["item_id"]);
        _call.Send("""{"type":"conversation.item.retrieve","item_id":"a"}""");
        Assert.Equal("item_not_found", _call.Single("error")["error.code"]);
    }

    [Fact]
    public void A_client_truncates_what_was_spoken_but_not_past_its_end_nor_what_was_written()
    {
        _call.User.Says("hello", from: 1, to: 2);
        _call.Replies.Add(ScriptedReply.Says("one two three four"));
        _call.Run(6);
        var id = _call.Single("response.output_item.added")["item.id"];
        _call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{id}}","content_index":0,"audio_end_ms":1201}""");
        Assert.Equal("audio_end_ms", _call.Last("error")["error.param"]);
        _call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{id}}","content_index":0,"audio_end_ms":650}""");
        Assert.Equal("650", _call.Single("conversation.item.truncated")["audio_end_ms"]);
        _call.Send($$"""{"type":"conversation.item.truncate","item_id":"{{id}}","content_index":0,"audio_end_ms":1000}""");
        _call.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{id}}"}""");
        Assert.Equal("one two", _call.Last("conversation.item.retrieved")["item.content.0.transcript"]);

        Create("a");
        _call.Send("""{"type":"conversation.item.truncate","item_id":"a","content_index":0,"audio_end_ms":0}""");
        Assert.Equal("item_id", _call.Last("error")["error.param"]);
    }
}
