using Parley.Realtime;

namespace Parley.Transceiver.Resuming;

/// <summary>A session that lives on a connection, and one who may have come to take it over. Thread-safe.</summary>
internal sealed class LiveSession(string owner, Action end)
{
    private readonly TaskCompletionSource<SessionSnapshot?> _remains = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isTaken;

    public string Owner => owner;

    /// <summary>What is left of it when its connection has ended, for whoever took it over; null when it is not to go on.</summary>
    public Task<SessionSnapshot?> Remains => _remains.Task;

    /// <summary>Completes when the session is where it goes: in the store, with another connection, or nowhere.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Takes the session over: its connection is to end. False: somebody else does, or it has ended.</summary>
    public bool TryTakeOver()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) == 1) return false;
        end();
        return true;
    }

    /// <summary>Its connection has ended. True: whoever took it over has it. False: nobody did, and nobody can from now on.</summary>
    public bool TryHandOver(SessionSnapshot? remains)
    {
        if (Interlocked.Exchange(ref _isTaken, 1) == 0) return false;
        _remains.TrySetResult(remains);
        _settled.TrySetResult();
        return true;
    }

    public void NoteSettled() => _settled.TrySetResult();
}
