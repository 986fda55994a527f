using System.Globalization;

namespace Parley.Relay.Configuration;

/// <summary>Durations as people write them: <c>500us</c>, <c>1ms</c>, <c>30s</c>, <c>5m</c>, <c>25h</c>; a bare 0 too.</summary>
public static class DurationText
{
    private static readonly (string Unit, double Ticks)[] Units =
    [
        ("us", TimeSpan.TicksPerMicrosecond), ("ms", TimeSpan.TicksPerMillisecond), ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>False for what has no unit, is negative, or is longer than a year.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        foreach (var (unit, ticks) in Units)
        {
            if (text?.EndsWith(unit, StringComparison.Ordinal) != true
                || !double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) continue;
            if (!(number * ticks <= TimeSpan.TicksPerDay * 365d)) return false;
            duration = new TimeSpan((long)(number * ticks));
            return true;
        }
        return false;
    }
}
