using System.CommandLine;
using Parley.Cli.Impair;
using Parley.Net.Impairment;

namespace Parley.Cli.Tests.Impair;

public sealed class LinkOptionSetTests
{
    private readonly LinkOptionSet _options = new();

    [Fact]
    public void A_line_of_options_is_a_link()
    {
        var link = _options.Read(Parse("--delay 80 --jitter 20 --loss 3 --burst-start 1 --burst-length 4 --reorder 5 --duplicate 2 --rate 64 --queue 100 --cut"));
        var expected = new LinkConditions
        {
            Delay = TimeSpan.FromMilliseconds(80),
            Jitter = TimeSpan.FromMilliseconds(20),
            Loss = 0.03,
            BurstStart = 0.01,
            BurstLength = 4,
            Reordering = 0.05,
            Duplication = 0.02,
            BitsPerSecond = 64_000,
            QueueLimit = TimeSpan.FromMilliseconds(100),
            IsCut = true,
        };
        Assert.Equal(expected, link);
    }

    [Fact]
    public void Without_options_the_link_is_perfect_both_ways()
    {
        var parsed = Parse("");
        Assert.Equal(LinkConditions.Perfect, _options.Read(parsed));
        Assert.Equal(LinkDirection.Both, _options.ReadDirection(parsed));
    }

    [Theory]
    [InlineData("--loss 101")]
    [InlineData("--delay -1")]
    [InlineData("--rate many")]
    [InlineData("--direction sideways")]
    public void What_is_no_link_is_refused(string line) => Assert.NotEmpty(Parse(line).Errors);

    private ParseResult Parse(string line)
    {
        var command = new Command("link");
        foreach (var option in _options.All) command.Options.Add(option);
        return command.Parse(line);
    }
}
