using System.ClientModel.Primitives;
using System.Collections;
using System.Reflection;
using System.Text.Json;
using OpenAI.Realtime;

namespace Parley.EndToEnd.Tests.RealClients;

#pragma warning disable OPENAI002 // The package marks all of its realtime client as experimental.

/// <summary>Has events read by every parser that there is, whichever client they were sent to.</summary>
internal static class EventReaders
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Fails where the agents SDK's schema, the types of the openai package or the OpenAI package for .NET refuse an event.</summary>
    /// <param name="name">Of the files that are written.</param>
    /// <param name="events">Without the server's own.</param>
    public static async Task AssertReadAsync(string name, IReadOnlyList<JsonElement> events)
    {
        Assert.Empty(await EventTypes.CheckAsync(name, events));
        Assert.Empty(await UnreadByAgentsSdkAsync(name, events));
        Assert.Empty(events.Select(UnreadByDotNet).OfType<string>());
    }

    /// <summary>The events that go no further than the SDK's parser; those after them do.</summary>
    public static async Task<IEnumerable<string>> UnreadByAgentsSdkAsync(string name, IReadOnlyList<JsonElement> events)
    {
        var file = Checkout.Artifact($"{name}-events.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(events), TestContext.Current.CancellationToken);
        using var unread = JsonDocument.Parse(await ChildProcess.RunAsync("node", ["agents-read.mjs", file], Limit, ClientProgram.Folder));
        return [.. unread.RootElement.EnumerateArray().Select(e => e.GetRawText())];
    }

    /// <summary>Null when it was read. Types that the package does not know it keeps as types of its own that nobody else sees.</summary>
    public static string? UnreadByDotNet(JsonElement e)
    {
        try
        {
            var update = ModelReaderWriter.Read<RealtimeServerUpdate>(BinaryData.FromString(e.GetRawText()))!;
            return PartsOf(update).FirstOrDefault(part => !part.GetType().IsVisible) is { } unknown ? $"{unknown.GetType().Name} in {e}" : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or JsonException or KeyNotFoundException or ArgumentException)
        {
            return $"{exception.Message} {e}";
        }
    }

    /// <summary>The object and everything of the package that hangs below it.</summary>
    private static IEnumerable<object> PartsOf(object part)
    {
        yield return part;
        foreach (var property in part.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetIndexParameters().Length > 0 || property.PropertyType.IsByRef) continue;
            var value = property.GetValue(part);
            foreach (var below in value is IEnumerable many and not string ? many.Cast<object?>() : [value])
                if (below is not null and not ValueType && below.GetType().Namespace == typeof(RealtimeServerUpdate).Namespace)
                    foreach (var found in PartsOf(below)) yield return found;
        }
    }
}
