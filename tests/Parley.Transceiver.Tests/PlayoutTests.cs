using CsCheck;
using Parley.Realtime;
using Parley.Transceiver.Output;

namespace Parley.Transceiver.Tests;

public sealed class PlayoutTests
{
    private readonly PlayoutQueue _queue = new();

    [Fact]
    public void Replies_play_one_after_the_other_and_each_reports_its_own_life()
    {
        _queue.Enqueue("a", Ramp(1, 600));
        _queue.Complete("a");
        _queue.Enqueue("b", Ramp(1001, 480));
        _queue.Complete("b");
        Assert.Equal(Values(1, 480), Frame());
        Assert.Equal([.. Values(481, 120), .. Values(1001, 360)], Frame());
        Assert.Equal([.. Values(1361, 120), .. new short[360]], Frame());
        Assert.Null(TryFrame());
        Assert.Equal(
            [
                ("a", PlayoutUpdate.Started), ("a", Progress(480)), ("a", Progress(600)), ("a", PlayoutUpdate.Drained),
                ("b", PlayoutUpdate.Started), ("b", Progress(360)), ("b", Progress(480)), ("b", PlayoutUpdate.Drained),
            ],
            Updates());
    }

    [Fact]
    public void What_is_cleared_never_plays_but_for_a_short_fade()
    {
        _queue.Enqueue("a", Enumerable.Repeat((short)10_000, 24_000).ToArray());
        Frame();
        Assert.Equal(24_000 - 480, _queue.Clear("a"));
        var last = Frame();
        Assert.InRange(last[0], 9000, 10_000);
        for (var i = 1; i < 120; i++) Assert.True(last[i] < last[i - 1]);
        Assert.All(last[120..], sample => Assert.Equal(0, sample));
        Assert.Null(TryFrame());
        Assert.Equal([("a", PlayoutUpdate.Started), ("a", Progress(480))], Updates());
    }

    [Fact]
    public void A_reply_that_is_cleared_before_it_sounds_leaves_nothing()
    {
        _queue.Enqueue("a", Ramp(1, 4800));
        Assert.Equal(4800, _queue.Clear("a"));
        Assert.Null(TryFrame());
        Assert.Empty(Updates());
    }

    [Fact]
    public void A_reply_in_the_making_gives_whole_frames_only()
    {
        _queue.Enqueue("a", Ramp(1, 479));
        Assert.False(_queue.HasFrame);
        Assert.Null(TryFrame());
        _queue.Enqueue("a", Ramp(480, 1));
        Assert.True(_queue.HasFrame);
        Assert.Equal(Values(1, 480), Frame());
        _queue.Enqueue("a", Ramp(481, 10));
        Assert.Null(TryFrame());
        _queue.Complete("a");
        Assert.Equal([.. Values(481, 10), .. new short[470]], Frame());
    }

    [Fact]
    public void A_reply_that_ends_after_its_last_frame_still_drains()
    {
        _queue.Enqueue("a", Ramp(1, 480));
        Frame();
        _queue.Complete("a");
        Assert.Equal([("a", PlayoutUpdate.Started), ("a", Progress(480)), ("a", PlayoutUpdate.Drained)], Updates());
        // It does not stand in the way of the next.
        _queue.Enqueue("b", Ramp(1, 480));
        Assert.True(_queue.HasFrame);
    }

    [Fact]
    public void A_reply_without_audio_reports_nothing()
    {
        _queue.Complete("text only");
        Assert.Null(TryFrame());
        Assert.Empty(Updates());
    }

    [Fact]
    public void Every_sample_plays_once_and_in_order_however_it_is_cut() =>
        Gen.Int[1, 2000].Array[1, 30].Sample(lengths =>
        {
            var queue = new PlayoutQueue();
            var (said, heard) = (new List<short>(), new List<short>());
            var frame = new short[PlayoutQueue.FrameLength];
            foreach (var length in lengths)
            {
                var chunk = Values(said.Count + 1, length);
                said.AddRange(chunk);
                queue.Enqueue("a", chunk);
                if (queue.TryFill(frame)) heard.AddRange(frame);
            }
            queue.Complete("a");
            while (queue.TryFill(frame)) heard.AddRange(frame);
            Assert.Equal(said, heard.Take(said.Count));
            Assert.InRange(heard.Count - said.Count, 0, PlayoutQueue.FrameLength - 1);
        }, iter: 200);

    private static short[] Values(int first, int count) => [.. Enumerable.Range(first, count).Select(i => (short)i)];

    private static ReadOnlyMemory<short> Ramp(int first, int count) => Values(first, count);

    private static PlayoutUpdate Progress(int samples) => PlayoutUpdate.Progress(TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / 24_000));

    private short[] Frame() => TryFrame() ?? throw new InvalidOperationException("There is no frame.");

    private short[]? TryFrame()
    {
        var frame = new short[PlayoutQueue.FrameLength];
        return _queue.TryFill(frame) ? frame : null;
    }

    private List<(string, PlayoutUpdate)> Updates()
    {
        var updates = new List<(string, PlayoutUpdate)>();
        while (_queue.TryPollUpdate(out var update)) updates.Add((update.ResponseId, update.Update));
        return updates;
    }
}
