using System.Globalization;
using System.Text;

namespace Parley.Relay.Metrics;

/// <summary>Writes Prometheus' text format, version 0.0.4.</summary>
public sealed class PrometheusWriter
{
    private readonly StringBuilder _text = new();
    private string _family = "";

    /// <summary>Begins a family of counters. Its samples follow.</summary>
    /// <param name="name">With its unit, and "_total" at the end.</param>
    public void Counter(string name, string help) => Begin(name, help, "counter");

    /// <summary>Begins a family of values that go up and down.</summary>
    public void Gauge(string name, string help) => Begin(name, help, "gauge");

    /// <summary>One sample of the family that was begun last.</summary>
    public void Sample(double value) => _text.Append(_family).Append(' ').Append(Print(value)).Append('\n');

    /// <summary>One sample of the family that was begun last.</summary>
    /// <param name="label">The label's name.</param>
    /// <param name="labelValue">Any text.</param>
    public void Sample(string label, string labelValue, double value) =>
        _text.Append(_family).Append('{').Append(label).Append("=\"").Append(Escape(labelValue)).Append("\"} ").Append(Print(value)).Append('\n');

    /// <summary>
    /// A counter for each reason of an enum, summed over <paramref name="tables"/>; those that are 0 stand there too, so that an alert
    /// sees the first one.
    /// </summary>
    public void Reasons<TReason>(string name, string help, IReadOnlyList<CounterTable<TReason>> tables, Func<TReason, bool>? isWanted = null)
        where TReason : struct, Enum
    {
        Counter(name, help);
        foreach (var reason in Enum.GetValues<TReason>())
        {
            if (isWanted is not null && !isWanted(reason)) continue;
            long sum = 0;
            foreach (var table in tables) sum += table[reason];
            Sample("reason", SnakeCase(reason.ToString()), sum);
        }
    }

    public override string ToString() => _text.ToString();

    /// <summary>"RouteForged" as "route_forged".</summary>
    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && i > 0 && !char.IsAsciiLetterUpper(name[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    private void Begin(string name, string help, string type)
    {
        _family = name;
        _text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private static string Print(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
