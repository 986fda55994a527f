using Parley.Transceiver.Echo;

namespace Parley.Transceiver.Tests.Echo;

public sealed class EchoTimelineTests
{
    [Fact]
    public void Timestamps_begin_where_ours_do_and_keep_their_distances()
    {
        var timeline = new EchoTimeline(first: 5000);
        Assert.Equal(5000u, timeline.Map(ssrc: 1, timestamp: 77));
        Assert.Equal(5960u, timeline.Map(1, 1037));
        // A pause, and a packet from before it that comes late.
        Assert.Equal(53_000u, timeline.Map(1, 48_077));
        Assert.Equal(6920u, timeline.Map(1, 1997));
    }

    [Fact]
    public void They_wrap_around()
    {
        var timeline = new EchoTimeline(first: uint.MaxValue - 100);
        timeline.Map(1, uint.MaxValue - 10);
        Assert.Equal(859u, timeline.Map(1, timestamp: 949));
    }

    [Fact]
    public void Another_stream_of_the_caller_continues_ours()
    {
        var timeline = new EchoTimeline(first: 100);
        timeline.Map(ssrc: 1, timestamp: 0);
        Assert.Equal(1060u, timeline.Map(ssrc: 2, timestamp: 3_000_000_000));
        Assert.Equal(2020u, timeline.Map(ssrc: 2, timestamp: 3_000_000_960));
    }
}
