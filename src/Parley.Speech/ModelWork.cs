namespace Parley.Speech;

/// <summary>
/// The one place where long synchronous model work is started. With no <see cref="SynchronizationContext"/> it runs on the
/// thread pool; with one it runs there, so that a test on a single-threaded context sees the same order in each run.
/// </summary>
public static class ModelWork
{
    public static Task<T> StartAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, Scheduler);

    public static Task StartAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, Scheduler);

    private static TaskScheduler Scheduler =>
        SynchronizationContext.Current is null ? TaskScheduler.Default : TaskScheduler.FromCurrentSynchronizationContext();
}
