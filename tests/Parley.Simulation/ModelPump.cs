namespace Parley.Simulation;

/// <summary>
/// A single-threaded <see cref="SynchronizationContext"/> that runs what is posted to it, in order, when it is told to.
/// Asynchronous code that starts on it and keeps to it (no Task.Run, no ConfigureAwait(false)) runs in the same order in
/// each run. A post from another thread is a flaw of the code under test: the next run throws.
/// </summary>
public sealed class ModelPump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private int _foreignPosts;

    public bool IsQuiescent
    {
        get { lock (_posted) return _posted.Count == 0; }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread) Interlocked.Increment(ref _foreignPosts);
        lock (_posted) _posted.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Model code does not block on its own context.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs posted work, and what that posts, until nothing is left.</summary>
    public void RunUntilQuiescent() => Enter(() => { });

    /// <summary>Starts work on this context, then runs until nothing is left.</summary>
    public void Run(Action action) => Enter(action);

    /// <summary>Starts work on this context and runs until nothing is left; the task may still wait for time to advance.</summary>
    public Task<T> Start<T>(Func<Task<T>> work)
    {
        Task<T> task = null!;
        Enter(() => task = work());
        return task;
    }

    /// <summary>Runs work to its end; throws, naming the phase, when it comes to rest before.</summary>
    public T Complete<T>(Func<Task<T>> work, string phase)
    {
        var task = Start(work);
        if (!task.IsCompleted) throw new TimeoutException($"{phase} came to rest before it was done.");
        return task.GetAwaiter().GetResult();
    }

    private void Enter(Action action)
    {
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("A pump belongs to one thread.");
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (TryTake(out var next)) next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
        if (_foreignPosts > 0)
            throw new InvalidOperationException($"{_foreignPosts} continuation(s) came from another thread: the run is not deterministic.");
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_posted) return _posted.TryDequeue(out next);
    }
}
