using Parley.Transceiver.Models;

namespace Parley.Transceiver.Tests;

/// <summary>What the pump cannot show: the hand-over between two real threads loses nothing and wakes whoever waits.</summary>
public sealed class ThreadedModelTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_sample_of_an_utterance_reaches_its_reader_on_another_thread()
    {
        const int Blocks = 3000;
        var pool = new UtteranceAudio.BlockPool();
        var audio = new UtteranceAudio(pool);
        var reader = Task.Run(async () =>
        {
            var sum = 0L;
            await foreach (var block in audio.ReadAsync(CancellationToken.None))
                foreach (var sample in block.Span) sum += sample;
            audio.ReleaseReader();
            return sum;
        }, TestContext.Current.CancellationToken);
        var expected = 0L;
        var frame = new short[160];
        for (var i = 0; i < Blocks; i++)
        {
            Array.Fill(frame, (short)(i % 1000));
            expected += 160 * (i % 1000);
            audio.Append(frame);
            if (i % 64 == 0) Thread.Yield();
        }
        audio.Complete();
        Assert.Equal(expected, await reader.WaitAsync(Hang, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_task_that_waits_for_room_is_woken_for_each_item_taken()
    {
        const int Items = 20_000;
        using var rung = new SemaphoreSlim(0);
        var bell = new ModelBell(() => rung.Release());
        var outbox = new ModelOutbox<int>(bell);
        var producer = Task.Run(async () =>
        {
            for (var i = 0; i < Items; i++) await outbox.SendAsync(i, CancellationToken.None);
        }, TestContext.Current.CancellationToken);
        var next = 0;
        while (next < Items)
        {
            Assert.True(await rung.WaitAsync(Hang, TestContext.Current.CancellationToken), $"stuck at {next}");
            bell.Answer();
            while (outbox.TryTake(out var item)) Assert.Equal(next++, item);
        }
        await producer.WaitAsync(Hang, TestContext.Current.CancellationToken);
    }
}
