using Parley.Net;

namespace Parley.Transceiver.Models;

/// <summary>
/// A bounded queue from one model task to the shard. When it is full the task waits. The shard is told at most once until
/// it looks, so a burst of events costs one post.
/// </summary>
internal sealed class ModelOutbox<T>(ModelBell bell)
{
    private const int Capacity = 64;

    private readonly WorkQueue<T> _items = new(Capacity);

    /// <summary>Set when there may be room, and when the task is cancelled.</summary>
    public AsyncSignal Room { get; } = new();

    /// <summary>Task's side.</summary>
    public async ValueTask SendAsync(T item, CancellationToken cancellationToken)
    {
        while (!_items.TryEnqueue(item))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Room.WaitAsync();
        }
        bell.Ring();
    }

    /// <summary>Shard's side.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T item)
    {
        if (!_items.TryDequeue(out item)) return false;
        Room.Set();
        return true;
    }
}

/// <summary>Tells a call's shard, once until it answers, that models brought something.</summary>
internal sealed class ModelBell(Action post)
{
    private int _isRung;

    public void Ring()
    {
        if (Interlocked.Exchange(ref _isRung, 1) == 0) post();
    }

    /// <summary>Shard's side, before it looks: a full fence, so that whatever did not ring again is seen.</summary>
    public void Answer() => Interlocked.Exchange(ref _isRung, 0);
}
