using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Parley.Cli.Call;

namespace Parley.Cli.Load;

/// <summary>The arguments and options of <c>parley load</c>.</summary>
internal sealed class LoadOptions
{
    private const int MaxCalls = 10_000;
    private const double MaxRamp = 1000;

    private readonly Option<int> _calls = new("--calls") { Description = "Calls that are up at once", Required = true, CustomParser = CallCount };
    private readonly Option<double?> _length = new("--length") { Description = "Seconds from a call's connection to its hang-up, after which the next one takes its place [default: to the end of the run]" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Seconds of the run; then all calls are hung up", DefaultValueFactory = _ => 60 };
    private readonly Option<double> _ramp = new("--ramp") { Description = "Calls begun a second, at most", DefaultValueFactory = _ => 20, CustomParser = Rate };
    private readonly Option<bool> _tcp = new("--tcp") { Description = "Go to the server's TCP candidates alone" };

    public LoadOptions()
    {
        foreach (var seconds in new Option[] { _length, _seconds }) seconds.Validators.Add(SecondsRule.MustBePositive);
    }

    public Argument<string> Url { get; } = new("url") { Description = "Server, such as http://localhost:8080" };

    public ServerAccess Access { get; } = new();

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document at the end, and nothing before" };

    public IEnumerable<Option> All => [_calls, _length, _seconds, _ramp, _tcp, .. Access.All, Json];

    public LoadPlan Read(ParseResult parsed) => new()
    {
        Calls = parsed.GetValue(_calls),
        CallLength = parsed.GetValue(_length) is { } length ? TimeSpan.FromSeconds(length) : null,
        Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
        Ramp = parsed.GetValue(_ramp),
        ForcesTcp = parsed.GetValue(_tcp),
    };

    private static int CallCount(ArgumentResult argument)
    {
        if (int.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var calls) && calls is > 0 and <= MaxCalls) return calls;
        argument.AddError($"--calls is a whole number from 1 to {MaxCalls}, not '{argument.Tokens[0].Value}'.");
        return 0;
    }

    private static double Rate(ArgumentResult argument)
    {
        if (double.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= MaxRamp) return rate;
        argument.AddError(FormattableString.Invariant($"--ramp is a number of calls a second above 0 and up to {MaxRamp}, not '{argument.Tokens[0].Value}'."));
        return 0;
    }
}
