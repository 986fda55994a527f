using Parley.Transceiver.Output;

namespace Parley.Transceiver.Tests;

public sealed class PacerTests
{
    private const uint First = uint.MaxValue - 1000;

    private readonly Pacer _pacer = new(First);

    [Fact]
    public void The_first_frame_is_due_at_once_and_the_others_on_an_absolute_schedule()
    {
        _pacer.Start(At(1000));
        for (var i = 0; i < 100; i++)
        {
            var due = At(1000 + (20 * i));
            Assert.Equal(due, _pacer.NextDeadline.At);
            Assert.False(_pacer.TryTick(due - TimeSpan.FromTicks(1), out _, out _));
            // Ticks come late, by up to 15 ms, and the schedule does not care.
            Assert.True(_pacer.TryTick(due + TimeSpan.FromMilliseconds(i % 16), out var timestamp, out var marker));
            Assert.Equal(First + (960 * (uint)i), timestamp);
            Assert.Equal(i == 0, marker);
            _pacer.Sent(isSilence: false);
        }
    }

    [Fact]
    public void The_stream_pauses_after_a_tail_of_silence_and_its_timestamps_advance_with_time()
    {
        _pacer.Start(At(0));
        Send(isSilence: false);
        for (var i = 0; i < Pacer.TailFrames; i++) Send(isSilence: true);
        Assert.False(_pacer.IsRunning);
        Assert.True(_pacer.NextDeadline.IsNone);

        _pacer.Start(At(1005));
        Assert.True(_pacer.TryTick(At(1005), out var timestamp, out var marker));
        Assert.Equal(unchecked(First + (1005 * 48)), timestamp);
        Assert.True(marker);
    }

    [Fact]
    public void Sound_in_the_tail_goes_on_in_the_same_talkspurt()
    {
        _pacer.Start(At(0));
        Send(isSilence: false);
        Send(isSilence: true);
        _pacer.Start(At(30));
        Assert.Equal(At(40), _pacer.NextDeadline.At);
        Assert.True(_pacer.TryTick(At(40), out var timestamp, out var marker));
        Assert.Equal(unchecked(First + 1920), timestamp);
        Assert.False(marker);
    }

    [Fact]
    public void Frames_that_are_long_overdue_are_left_out_and_not_sent_in_a_burst()
    {
        _pacer.Start(At(0));
        Send(isSilence: false);
        Assert.True(_pacer.TryTick(At(530), out var timestamp, out _));
        _pacer.Sent(isSilence: false);
        Assert.Equal(25, _pacer.Skipped);
        Assert.Equal(unchecked(First + (26 * 960)), timestamp);
        Assert.Equal(At(540), _pacer.NextDeadline.At);
    }

    private static Instant At(double milliseconds) => Instant.FromMilliseconds(milliseconds);

    private void Send(bool isSilence)
    {
        Assert.True(_pacer.TryTick(_pacer.NextDeadline.At, out _, out _));
        _pacer.Sent(isSilence);
    }
}
