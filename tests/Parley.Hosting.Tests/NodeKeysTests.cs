using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Parley.Hosting.Configuration;
using Parley.Hosting.Fleet;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Hosting.Tests;

public sealed class NodeKeysTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parley-keys-");
    private readonly FakeTimeProvider _time = new(Start);
    private readonly RouteKeyRing _ring = RouteKeyRing.Create(new SeededRandom(1), Start);

    [Fact]
    public void Keys_that_are_rotated_are_taken_over_within_a_second()
    {
        RouteKeyFile.Save(Path, _ring);
        using var keys = Open();
        var told = new List<RouteKeyRing>();
        keys.Changed = told.Add;
        RouteKeyFile.Save(Path, _ring.Rotate(new SeededRandom(2), Start, TimeSpan.Zero, TimeSpan.FromHours(25)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(keys.Current, Assert.Single(told));
        Assert.Equal(1, keys.Current.SealingKey(_time.GetUtcNow())!.Id);
        Assert.NotNull(keys.Current.Find(0));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 short 2026-11-26T12:00:00Z -")]
    [InlineData(null)]
    public void What_cannot_be_used_leaves_the_keys_as_they_were(string? text)
    {
        RouteKeyFile.Save(Path, _ring);
        using var keys = Open();
        keys.Changed = _ => Assert.Fail("There are no other keys.");
        var before = keys.Current;
        // Null: keys that begin to seal tomorrow.
        File.WriteAllText(Path, text ?? RouteKeyRing.Create(new SeededRandom(3), Start.AddDays(1)).Print());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(before, keys.Current);
    }

    [Fact]
    public void A_file_without_a_key_in_force_refuses_the_start()
    {
        RouteKeyFile.Save(Path, RouteKeyRing.Create(new SeededRandom(3), Start.AddDays(1)));
        Assert.Contains("server.routeKeysFile", Assert.Throws<ConfigurationException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_refuses_the_start() =>
        Assert.Contains("server.routeKeysFile", Assert.Throws<ConfigurationException>(Open).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);

    private string Path => System.IO.Path.Combine(_folder.FullName, "keys");

    private NodeKeys Open() => new(Path, _time, NullLogger<NodeKeys>.Instance);
}
