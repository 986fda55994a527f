using OpenAI.Realtime;

namespace Parley.EndToEnd.Tests.RealClients;

#pragma warning disable OPENAI002 // The package marks all of its realtime client as experimental.

/// <summary>Every update that a <see cref="RealtimeSessionClient"/> received, in order, and a way to wait for one. Thread-safe.</summary>
internal sealed class UpdateLog
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<RealtimeServerUpdate> _updates = [];
    private TaskCompletionSource _changed = Signal();

    public IReadOnlyList<RealtimeServerUpdate> All
    {
        get
        {
            lock (_lock) return [.. _updates];
        }
    }

    /// <summary>Where the log ends now: <see cref="AfterAsync"/> looks from here on.</summary>
    public int Mark => All.Count;

    public void Add(RealtimeServerUpdate update)
    {
        lock (_lock)
        {
            _updates.Add(update);
            _changed.TrySetResult();
            _changed = Signal();
        }
    }

    /// <summary>The first update of this type from <paramref name="mark"/> on for which <paramref name="holds"/>, as soon as it is there.</summary>
    public async Task<T> AfterAsync<T>(int mark, Func<T, bool>? holds = null) where T : RealtimeServerUpdate
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_updates.Skip(mark).OfType<T>().FirstOrDefault(update => holds?.Invoke(update) ?? true) is { } found) return found;
                changed = _changed.Task;
            }
            var left = Limit - TimeProvider.System.GetElapsedTime(began);
            try
            {
                await changed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException exception)
            {
                throw new TimeoutException($"No {typeof(T).Name} came; what came was: {string.Join(", ", All.Skip(mark).Select(update => update.Kind))}", exception);
            }
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
