using System.CommandLine;
using System.CommandLine.Parsing;
using Parley.Relay.Configuration;

namespace Parley.Relay.Cli;

/// <summary>An option whose value is a duration.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan> Create(string name, TimeSpan byDefault, string description) => new(name)
    {
        CustomParser = Parse, DefaultValueFactory = _ => byDefault, Description = description,
    };

    private static TimeSpan Parse(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (DurationText.TryParse(text, out var duration)) return duration;
        argument.AddError($"'{text}' is no duration such as 30s, 5m or 25h.");
        return default;
    }
}
