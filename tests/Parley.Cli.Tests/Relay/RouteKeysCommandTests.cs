using Parley.Net.Routes;
using Parley.Relay.Cli;
using Parley.Simulation;

namespace Parley.Cli.Tests.Relay;

public sealed class RouteKeysCommandTests : IDisposable
{
    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(5), Overlap = TimeSpan.FromHours(25);

    private readonly VirtualClock _clock = new();
    private readonly VirtualTimeProvider _time;
    private readonly SeededRandom _random = new(3);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parley-keys-");
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public RouteKeysCommandTests() => _time = new VirtualTimeProvider(_clock);

    public void Dispose() => _folder.Delete(recursive: true);

    private FileInfo Keys => new(Path.Combine(_folder.FullName, "keys"));

    [Fact]
    public void The_first_rotation_makes_a_file_that_only_its_owner_reads_and_whose_key_seals_at_once()
    {
        Assert.Equal(0, Rotate());
        var ring = RouteKeyFile.Load(Keys.FullName);
        Assert.Same(ring.Keys[0], ring.SealingKey(_time.GetUtcNow()));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys.FullName));
    }

    [Fact]
    public void A_rotation_lets_every_node_read_the_new_key_before_it_seals_and_open_with_the_old_one_after()
    {
        Rotate();
        var old = RouteKeyFile.Load(Keys.FullName).Keys[0];
        Rotate();
        var ring = RouteKeyFile.Load(Keys.FullName);
        Assert.Equal(old.Id, ring.SealingKey(_time.GetUtcNow())!.Id);
        _clock.RunFor(Lead);
        Assert.NotEqual(old.Id, ring.SealingKey(_time.GetUtcNow())!.Id);
        _clock.RunFor(Overlap - TimeSpan.FromSeconds(1));
        Assert.False(ring.Find(old.Id)!.IsRetired(_time.GetUtcNow()));
        _clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(ring.Find(old.Id)!.IsRetired(_time.GetUtcNow()));
    }

    [Fact]
    public void What_is_printed_says_what_each_key_does_and_no_secret()
    {
        Rotate();
        Rotate();
        Assert.Equal(0, RouteKeysCommand.List(Keys, _time, _output, _error));
        var printed = _output.ToString();
        Assert.Contains("opens until 2026-01-02T01:05:00Z  seals and opens", printed, StringComparison.Ordinal);
        Assert.Contains("opens, and seals later", printed, StringComparison.Ordinal);
        foreach (var line in File.ReadLines(Keys.FullName).Where(line => !line.StartsWith('#')))
            Assert.DoesNotContain(line.Split(' ')[1], printed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_left_as_it_was()
    {
        File.WriteAllText(Keys.FullName, "0 secret\n");
        Assert.Equal(2, Rotate());
        Assert.Equal("0 secret\n", File.ReadAllText(Keys.FullName));
        Assert.Contains("Line 1", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ufrag_of_a_call_is_opened_and_explained()
    {
        Rotate();
        var sealer = new RouteSealer(RouteKeyFile.Load(Keys.FullName), _time, _random);
        var ufrag = sealer.Seal(3, 7, TimeSpan.FromHours(1)).Ufrag;
        var output = new StringWriter();
        Assert.Equal(0, RoutesCommand.Open($"{ufrag}:h6vY", Keys, _time, output, _error));
        Assert.Equal("cluster 3, node 7, holds until 2026-01-01T01:00:00Z", output.ToString().Trim());
        _clock.RunFor(TimeSpan.FromHours(2));
        Assert.Equal(1, RoutesCommand.Open(ufrag, Keys, _time, output, _error));
        Assert.Contains("expired at", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, RoutesCommand.Open("evtj", Keys, _time, output, _error));
        Assert.Contains("no sealed route", output.ToString(), StringComparison.Ordinal);
    }

    private int Rotate() => RouteKeysCommand.Rotate(Keys, Lead, Overlap, _time, _random, _output, _error);
}
