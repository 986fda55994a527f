using System.Text.Json;

namespace Parley.EndToEnd.Tests.Relays;

/// <summary>
/// What an operator does to bring a new version out: every relay and every transceiver is replaced while calls come and go. The figures are printed;
/// asserted is that no call was lost.
/// </summary>
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const double CallSeconds = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Under_a_hundred_calls_every_relay_and_every_transceiver_is_replaced_and_no_call_is_lost()
    {
        await using var lab = await NetworkLab.CreateAsync(link: null);
        await using var fleet = await RelayFleet.StartAsync(lab, "echo", spreadsCalls: true, "--drain-timeout", "1s");
        // Longer than it takes; it is ended when all are replaced.
        await using var load = fleet.Load("--calls", "100", "--length", $"{CallSeconds}", "--seconds", "300");
        await PassAsync(8);
        for (var i = 0; i < lab.Relays.Count; i++)
        {
            await fleet.Relay(i).TerminateSupervisedAsync();
            await PassAsync(2);
        }
        for (var i = 0; i < lab.Nodes.Count; i++)
        {
            await fleet.Node(i).TerminateAsync();
            var code = await fleet.Node(i).EndAsync(Limit);
            Assert.True(code == 0, $"Transceiver {i + 1} ended with {code}.\n{fleet.Printed}");
            await fleet.StartNodeAsync(i);
        }
        await PassAsync(2);
        Assert.False(load.HasEnded, load.Printed);
        await load.TerminateAsync();
        var exit = await load.EndAsync(Limit);
        var result = load.Result();
        output.WriteLine(Describe(result));
        Assert.True(exit == 0 && result.GetProperty("lost").GetInt32() == 0, $"{load.Printed}\n{fleet.Printed}");
        // All places were taken again and again.
        Assert.True(result.GetProperty("begun").GetInt32() >= 300, load.Printed);
    }

    private static string Describe(JsonElement result)
    {
        var (connected, silence) = (result.GetProperty("connected_ms"), result.GetProperty("longest_silence_ms"));
        return FormattableString.Invariant(
            $"{result.GetProperty("begun")} calls, {result.GetProperty("lost")} lost {result.GetProperty("lost_by")}, {result.GetProperty("refused")} offers refused for now; connected p50 {connected.GetProperty("p50")}, p99 {connected.GetProperty("p99")} ms; longest silence of a call p50 {silence.GetProperty("p50")}, p95 {silence.GetProperty("p95")}, max {silence.GetProperty("max")} ms; caller's own standstill {result.GetProperty("caller_standstill_ms")} ms");
    }

    /// <summary>Calls last: real time has to pass.</summary>
    private static Task PassAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);
}
