using System.Text.Json;
using Xunit.Sdk;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>The parsers that events are held against are as strict as they are said to be.</summary>
public sealed class EventReadersTests
{
    private const string Whole = """{"type":"response.output_text.done","event_id":"e","item_id":"i","content_index":0,"output_index":0,"response_id":"r","text":"yes"}""";

    [Fact]
    public Task An_event_as_the_API_has_it_is_read() => EventReaders.AssertReadAsync("reader-whole", [Parse(Whole)]);

    [Theory]
    [InlineData("a field that the API does not have", """{"type":"input_audio_buffer.cleared","event_id":"e","extra":1}""")]
    [InlineData("a field is missing", """{"type":"conversation.item.deleted","event_id":"e"}""")]
    [InlineData("a type that the API does not have", """{"type":"input_audio_buffer.emptied","event_id":"e"}""")]
    [InlineData("a fraction where the .NET package reads whole numbers", """
        {"type":"conversation.item.input_audio_transcription.completed","event_id":"e","item_id":"i","content_index":0,"transcript":"t",
         "usage":{"type":"duration","seconds":1.5}}
        """)]
    public Task Anything_else_is_not(string _, string e) =>
        Assert.ThrowsAnyAsync<XunitException>(() => EventReaders.AssertReadAsync("reader-other", [Parse(e)]));

    /// <summary>The one event that is the server's own. No client has it; none may stumble over it.</summary>
    [Fact]
    public async Task An_event_of_the_servers_own_is_passed_over()
    {
        var own = Parse("""{"event_id":"event_1","type":"parley.session.expiring","seconds_left":300,"expires_at":1795662673}""");
        Assert.Equal([own.GetRawText()], await EventReaders.UnreadByAgentsSdkAsync("reader-own", [own, Parse(Whole)]));
        // A type of its own, and no exception, which would end the session.
        Assert.StartsWith("InternalUnknownRealtimeServerEvent", EventReaders.UnreadByDotNet(own), StringComparison.Ordinal);
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
