using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Parley.EndToEnd.Tests.Phones;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>What a client's program reported of its conversation, and what must hold of every client's.</summary>
internal sealed class ClientReport(string name, JsonElement root)
{
    public JsonElement Root => root;

    public string Client => $"{root.GetProperty("client").GetString()} {root.GetProperty("version").GetString()}";

    public IReadOnlyList<JsonElement> Events => [.. root.GetProperty("events").EnumerateArray()];

    public IReadOnlyList<JsonElement> OfType(string type) => [.. Events.Where(e => TypeOf(e) == type)];

    /// <summary>The server's own events that are not OpenAI's.</summary>
    public IReadOnlyList<string> OwnEventTypes => [.. Events.Select(TypeOf).Where(IsOwn).Distinct()];

    /// <summary>What the client's parser did not take, but for the server's own events.</summary>
    public IReadOnlyList<string> Unread => [.. root.GetProperty("unread").EnumerateArray().Where(e => !IsOwn(TypeOf(e))).Select(e => e.GetRawText())];

    public IReadOnlyList<string> Faults => [.. root.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)];

    /// <summary>Heard, called, interrupted, answered; nothing that the client could not read.</summary>
    public async Task AssertConversationAsync(ITestOutputHelper output)
    {
        await AssertReadAsync();
        Assert.Empty(OfType("error").Select(e => e.GetRawText()));
        Assert.Equal(ClientProgram.Spoken.Select(phrase => phrase.Words), Texts("understood"));
        Assert.Equal(["It is a quarter past seven.", "You said: Count to ten.", "You said: How are you?"], Texts("answers"));
        Assert.Equal(ScriptedModel.Zone, Assert.Single(root.GetProperty("calls").EnumerateArray()).GetProperty("zone").GetString());

        var cut = root.GetProperty("cut");
        Assert.Equal("turn_detected", cut.GetProperty("reason").GetString());
        Assert.Equal(cut.GetProperty("story").GetString(), cut.GetProperty("truncated").GetString());
        Assert.True(cut.GetProperty("at").GetInt32() > 0, "Nothing of the story was heard.");

        var heard = Phrase.ToRecording(root.GetProperty("heard"));
        Assert.True(heard.Sounds().Count > 0 && heard.SpeechShare(0, heard.Seconds) > 0.5, "What was heard is not speech.");
        output.WriteLine($"{Client}: {Events.Count} events of {Events.Select(TypeOf).Distinct().Count()} types, none unread; own events: {string.Join(", ", OwnEventTypes)}");
    }

    /// <summary>The client had no fault, and neither it nor any other has trouble with an event.</summary>
    public async Task AssertReadAsync()
    {
        Assert.Empty(Faults);
        Assert.Empty(Unread);
        await EventReaders.AssertReadAsync(name, [.. Events.Where(e => !IsOwn(TypeOf(e)))]);
    }

    /// <summary>What the test's own mark says of server events was really seen.</summary>
    /// <param name="tests">The test's class.</param>
    /// <param name="test">Its method.</param>
    public void AssertMarkedEventsSeen(Type tests, [CallerMemberName] string test = "")
    {
        var marked = tests.GetMethod(test)!.GetCustomAttributes<ShowsAttribute>().Where(shows => shows.Part == ApiPart.ServerEvent).SelectMany(shows => shows.Names);
        Assert.Empty(marked.Except(Events.Select(TypeOf)));
    }

    private IEnumerable<string> Texts(string property) => root.GetProperty(property).EnumerateArray().Select(text => text.GetString()!);

    private static string TypeOf(JsonElement e) => e.GetProperty("type").GetString()!;

    private static bool IsOwn(string type) => type.StartsWith("parley.", StringComparison.Ordinal);
}
