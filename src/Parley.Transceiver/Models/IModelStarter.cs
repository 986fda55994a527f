namespace Parley.Transceiver.Models;

/// <summary>Where model work begins to run: off the shard.</summary>
public interface IModelStarter
{
    /// <summary>Runs <paramref name="work"/> soon, on another stack. The work handles its own failures.</summary>
    void Start(Func<Task> work);
}

/// <summary>The thread pool, with no <see cref="SynchronizationContext"/>.</summary>
public sealed class ThreadPoolStarter : IModelStarter
{
    public static readonly ThreadPoolStarter Instance = new();

    public void Start(Func<Task> work) => ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work(), work, preferLocal: false);
}
