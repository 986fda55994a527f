using System.CommandLine;
using Parley.Cli.Load;

namespace Parley.Cli.Tests.Load;

public sealed class LoadOptionsTests
{
    private readonly LoadOptions _options = new();

    [Fact]
    public void A_command_line_is_a_plan()
    {
        var parsed = Parse("http://localhost:8080 --calls 100 --length 15 --seconds 90.5 --ramp 2.5 --tcp --json");
        Assert.Empty(parsed.Errors);
        var expected = new LoadPlan
        {
            Calls = 100, CallLength = TimeSpan.FromSeconds(15), Duration = TimeSpan.FromSeconds(90.5), Ramp = 2.5, ForcesTcp = true,
        };
        Assert.Equal(expected, _options.Read(parsed));
        Assert.True(parsed.GetValue(_options.Json));
    }

    [Fact]
    public void Calls_last_as_long_as_the_run_and_are_begun_one_after_the_other_unless_it_is_said_otherwise()
    {
        var parsed = Parse("http://localhost:8080 --calls 3");
        Assert.Empty(parsed.Errors);
        Assert.Equal(new LoadPlan { Calls = 3, Duration = TimeSpan.FromSeconds(60), Ramp = 20 }, _options.Read(parsed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--calls")]
    [InlineData("--calls 0")]
    [InlineData("--calls many")]
    [InlineData("--calls 1.5")]
    [InlineData("--calls 100000")]
    [InlineData("--calls 1 --length 0")]
    [InlineData("--calls 1 --length NaN")]
    [InlineData("--calls 1 --seconds -3")]
    [InlineData("--calls 1 --seconds 1e9")]
    [InlineData("--calls 1 --ramp 0")]
    [InlineData("--calls 1 --ramp NaN")]
    [InlineData("--calls 1 --ramp fast")]
    public void What_is_no_load_is_refused(string options) => Assert.NotEmpty(Parse("http://localhost:8080 " + options).Errors);

    private ParseResult Parse(string line)
    {
        var command = new RootCommand { _options.Url };
        foreach (var option in _options.All) command.Options.Add(option);
        return command.Parse(line);
    }
}
