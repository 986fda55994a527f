using CsCheck;

namespace Parley.Net.Tests;

public sealed class WorkQueueTests
{
    [Fact]
    public void Behaves_like_a_bounded_queue() =>
        Gen.Bool.Array[0, 200].Sample(enqueues =>
        {
            var queue = new WorkQueue<int>(8);
            var model = new Queue<int>();
            var next = 0;
            foreach (var enqueue in enqueues)
            {
                if (enqueue)
                {
                    var expected = model.Count < 8;
                    if (expected) model.Enqueue(next);
                    if (queue.TryEnqueue(next++) != expected) return false;
                }
                else
                {
                    var expected = model.TryDequeue(out var modelItem);
                    if (queue.TryDequeue(out var item) != expected || (expected && item != modelItem)) return false;
                }
                if (queue.IsEmpty != (model.Count == 0)) return false;
            }
            return true;
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    public void The_capacity_must_be_a_power_of_two(int capacity) =>
        Assert.Throws<ArgumentException>(() => new WorkQueue<int>(capacity));
}
