using Parley.Simulation;

namespace Parley.Speech.Tests;

public sealed class ModelWorkTests
{
    [Fact]
    public void On_a_context_model_work_runs_there_and_only_when_the_pump_runs()
    {
        var pump = new ModelPump();
        var thread = -1;
        var done = pump.Complete(() => ModelWork.StartAsync(() => thread = Environment.CurrentManagedThreadId, CancellationToken.None), "work");
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        Assert.Equal(thread, done);
    }

    [Fact]
    public async Task Without_a_context_model_work_leaves_the_caller_free()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            using var mayEnd = new ManualResetEventSlim();
            var work = ModelWork.StartAsync(mayEnd.Wait, TestContext.Current.CancellationToken);
            Assert.False(work.IsCompleted);
            mayEnd.Set();
            await work;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    [Fact]
    public void The_pump_reports_a_continuation_from_another_thread()
    {
        var pump = new ModelPump();
        var thread = new Thread(() => pump.Post(_ => { }, null));
        thread.Start();
        thread.Join();
        Assert.Throws<InvalidOperationException>(pump.RunUntilQuiescent);
    }
}
