using Parley.Cli.Load;
using Parley.Simulation;

namespace Parley.Cli.Tests.Load;

public sealed class RampTests
{
    [Fact]
    public void The_first_turn_comes_at_once_and_the_others_at_the_rate()
    {
        var clock = new VirtualClock();
        var ramp = new Ramp(20, new VirtualTimeProvider(clock));
        Task[] turns = [.. Enumerable.Range(0, 4).Select(_ => ramp.WaitTurnAsync(TestContext.Current.CancellationToken))];
        Assert.Equal([true, false, false, false], turns.Select(turn => turn.IsCompleted));
        clock.RunFor(TimeSpan.FromMilliseconds(100));
        Assert.Equal([true, true, true, false], turns.Select(turn => turn.IsCompleted));
    }

    [Fact]
    public void Turns_that_nobody_took_are_not_kept()
    {
        var clock = new VirtualClock();
        var ramp = new Ramp(20, new VirtualTimeProvider(clock));
        clock.RunFor(TimeSpan.FromSeconds(10));
        Assert.True(ramp.WaitTurnAsync(TestContext.Current.CancellationToken).IsCompleted);
        Assert.False(ramp.WaitTurnAsync(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task Who_waits_for_a_turn_can_go_away()
    {
        var ramp = new Ramp(20, new VirtualTimeProvider(new VirtualClock()));
        using var gone = new CancellationTokenSource();
        await ramp.WaitTurnAsync(gone.Token);
        var turn = ramp.WaitTurnAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => turn);
    }
}
