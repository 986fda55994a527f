using System.Text;
using Parley.Relay.Configuration;
using Parley.Relay.Fleet;
using Parley.Simulation;

namespace Parley.Relay.Tests.Fleet;

public sealed class FleetFileTests : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly ScriptedFile _file = new("""{ "cluster": 1, "nodes": { "7": "10.0.0.7:4000" } }""");
    private readonly List<FileReload> _reloads = [];
    private readonly FleetFile _fleet;

    public FleetFileTests() => _fleet = new FleetFile(_file, new VirtualTimeProvider(_clock), _reloads.Add);

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void A_transceiver_that_the_file_gains_is_found_a_second_later()
    {
        _file.Text = """{ "cluster": 1, "nodes": { "7": "10.0.0.7:4000", "8": "10.0.0.8:4000" } }""";
        Assert.Equal(FleetAnswer.UnknownNode, _fleet.Find(1, 8, out _));
        _clock.RunFor(WatchedFile<FleetSnapshot>.Period);
        Assert.Equal(FleetAnswer.Found, _fleet.Find(1, 8, out _));
        Assert.Equal([new FileReload("fleet.json", null)], _reloads);
        Assert.Equal(new FileReloads(1, 0), _fleet.Reloads);
    }

    [Fact]
    public void A_file_that_stays_the_same_is_no_news()
    {
        _clock.RunFor(TimeSpan.FromMinutes(1));
        Assert.Empty(_reloads);
    }

    [Fact]
    public void A_broken_file_leaves_the_fleet_as_it_was_and_is_told_once()
    {
        _file.Text = "{";
        _clock.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(FleetAnswer.Found, _fleet.Find(1, 7, out _));
        Assert.StartsWith("no JSON", Assert.Single(_reloads).Refusal, StringComparison.Ordinal);
        Assert.Equal(new FileReloads(0, 1), _fleet.Reloads);
    }

    [Fact]
    public void A_file_that_is_away_leaves_the_fleet_as_it_was_until_it_is_back()
    {
        _file.Text = null;
        _clock.RunFor(TimeSpan.FromMinutes(1));
        Assert.Equal(FleetAnswer.Found, _fleet.Find(1, 7, out _));
        Assert.Single(_reloads);
        _file.Text = """{ "cluster": 1, "nodes": {} }""";
        _clock.RunFor(WatchedFile<FleetSnapshot>.Period);
        Assert.Equal(FleetAnswer.UnknownNode, _fleet.Find(1, 7, out _));
        Assert.Equal(2, _reloads.Count);
    }

    [Fact]
    public void A_fleet_does_not_begin_without_its_file()
    {
        var exception = Assert.Throws<RelayConfigurationException>(
            () => new FleetFile(new ScriptedFile(null), new VirtualTimeProvider(_clock), _reloads.Add));
        Assert.StartsWith("fleet.json: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_for_a_transceiver_allocates_nothing() =>
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 1000; i++) _fleet.Find(1, (ushort)i, out _);
        }));

    private sealed class ScriptedFile(string? text) : IFileContent
    {
        public string? Text { get; set; } = text;

        public string Name => "fleet.json";

        public byte[] Read() => Text is null ? throw new FileNotFoundException("there is no such file.") : Encoding.UTF8.GetBytes(Text);
    }
}
