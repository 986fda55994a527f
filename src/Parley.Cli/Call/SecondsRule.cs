using System.CommandLine.Parsing;
using System.Globalization;

namespace Parley.Cli.Call;

/// <summary>What an option with a number of seconds must be.</summary>
internal static class SecondsRule
{
    public static void MustBePositive(OptionResult result)
    {
        if (result.Implicit) return;
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= TimeSpan.SecondsPerDay) return;
        result.AddError($"{result.Option.Name}: '{text}' is not a number of seconds, up to a day.");
    }
}
