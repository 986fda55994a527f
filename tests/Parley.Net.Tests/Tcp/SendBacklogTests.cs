using CsCheck;
using Parley.Net.Tcp;

namespace Parley.Net.Tests.Tcp;

public sealed class SendBacklogTests
{
    [Fact]
    public void Is_a_bounded_queue_of_bytes_that_takes_a_frame_whole_or_not_at_all() =>
        Gen.Select(Gen.Int[0, 1502], Gen.Int[0, 3000]).Array[0, 120].Sample(steps =>
        {
            var backlog = new SendBacklog();
            var model = new List<byte>();
            byte next = 0;
            foreach (var (length, consumed) in steps)
            {
                var frame = new byte[length];
                Array.Fill(frame, ++next);
                var fits = model.Count + length <= SendBacklog.Capacity;
                if (backlog.TryAppend(frame, SendBacklog.Capacity) != fits) return false;
                if (fits) model.AddRange(frame);
                var count = Math.Min(consumed, model.Count);
                backlog.Consume(count);
                model.RemoveRange(0, count);
                if (backlog.IsEmpty != (model.Count == 0) || !backlog.Waiting.SequenceEqual(model.ToArray())) return false;
            }
            return true;
        });

    [Fact]
    public void Media_leaves_room_for_the_rest()
    {
        var backlog = new SendBacklog();
        var frame = new byte[1000];
        while (backlog.TryAppend(frame, SendBacklog.MediaCapacity)) { }
        Assert.InRange(backlog.Length, 1, SendBacklog.MediaCapacity);
        Assert.True(backlog.TryAppend(frame, SendBacklog.Capacity));
    }
}
