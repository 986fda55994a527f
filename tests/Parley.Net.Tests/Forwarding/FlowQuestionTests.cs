using Parley.Net.Forwarding;

namespace Parley.Net.Tests.Forwarding;

public sealed class FlowQuestionTests
{
    [Fact]
    public void It_asks_at_once_and_a_few_times_again_and_then_no_more()
    {
        var begin = new Instant(TimeSpan.TicksPerHour);
        var questions = new FlowQuestions(begin);
        var asked = new List<double>();
        while (!questions.NextDeadline.IsNever)
        {
            var now = questions.NextDeadline;
            Assert.True(questions.TryAsk(now));
            Assert.False(questions.TryAsk(now));
            asked.Add((now - begin).TotalMilliseconds);
        }
        Assert.Equal([0, 10, 50, 200, 1000], asked);
        Assert.False(questions.TryAsk(begin + TimeSpan.FromDays(1)));
    }
}
