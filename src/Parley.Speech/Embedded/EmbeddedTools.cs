using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.AI;

namespace Parley.Speech.Embedded;

/// <summary>The functions that the server offers to any chat model, the embedded agent included.</summary>
public static class EmbeddedTools
{
    public const string GetTimeName = "get_time";
    public const string CountdownName = "countdown";

    /// <summary>A longer countdown would keep the line silent for too long.</summary>
    public const int LongestCountdownSeconds = 20;

    public static IReadOnlyList<AIFunction> Create(TimeProvider time)
    {
        return
        [
            AIFunctionFactory.Create(GetTime, GetTimeName, "Tells the local date and time of the server."),
            AIFunctionFactory.Create(CountdownAsync, CountdownName, "Waits for some seconds, then returns. Say before that you start it, and after it that the time is over."),
        ];

        LocalTime GetTime()
        {
            var now = time.GetLocalNow();
            return new LocalTime(
                now.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture), now.ToString("dddd", CultureInfo.InvariantCulture));
        }

        async Task<string> CountdownAsync([Description("How long, 1 to 20.")] int seconds, CancellationToken cancellationToken)
        {
            if (seconds is < 1 or > LongestCountdownSeconds) return $"Error: seconds must be 1 to {LongestCountdownSeconds}.";
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken);
            return "The time is over.";
        }
    }

    /// <summary>The names are those that models see.</summary>
    private sealed record LocalTime(
        [property: System.Text.Json.Serialization.JsonPropertyName("local_time")] string Time,
        [property: System.Text.Json.Serialization.JsonPropertyName("weekday")] string Weekday);
}
