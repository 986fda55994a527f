using System.Globalization;
using System.Text.Json;

namespace Parley.Speech.Embedded.Agent;

/// <summary>Says what the tool <see cref="EmbeddedTools.GetTimeName"/> answered.</summary>
internal static class SpokenTime
{
    /// <summary>"It is fourteen minutes past three in the afternoon." Null when the outcome holds no local time.</summary>
    public static string? Time(string outcome)
    {
        if (Read(outcome) is not { } now) return null;
        var hour = now.Hour % 12 == 0 ? 12 : now.Hour % 12;
        var clock = now.Minute switch
        {
            0 => $"{SpokenNumbers.Say(hour)} o'clock",
            1 => $"one minute past {SpokenNumbers.Say(hour)}",
            _ => $"{SpokenNumbers.Say(now.Minute)} minutes past {SpokenNumbers.Say(hour)}",
        };
        var part = now.Hour switch { < 12 => "in the morning", < 18 => "in the afternoon", _ => "in the evening" };
        return $"It is {clock} {part}.";
    }

    /// <summary>"Today is Monday, November 23." Null when the outcome holds no local time.</summary>
    public static string? Day(string outcome) => Read(outcome) is { } now
        ? string.Create(CultureInfo.InvariantCulture, $"Today is {now:dddd}, {now:MMMM} {now.Day}.")
        : null;

    private static DateTime? Read(string outcome)
    {
        try
        {
            var root = JsonElement.Parse(outcome);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("local_time", out var time) && time.ValueKind == JsonValueKind.String
                && DateTime.TryParse(time.GetString(), CultureInfo.InvariantCulture, out var now) ? now : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
