using Parley.Transceiver.Routing;

namespace Parley.Transceiver;

/// <summary>Going away without cutting anybody off.</summary>
public sealed partial class CallTransceiver
{
    /// <summary>No new calls are taken: the transceiver is going away.</summary>
    public bool IsDraining => _directory.IsClosed;

    /// <summary>
    /// Refuses new calls, tells the clients of those that run by <c>parley.draining</c>, and waits until these have ended or <paramref name="limit"/> has passed;
    /// then says goodbye on what is left, as <see cref="BeginDrain"/> does. Whoever cancels ends the wait.
    /// </summary>
    /// <returns>True: nothing was left to say goodbye to.</returns>
    public async Task<bool> LetCallsEndAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        _directory.Close();
        if (limit > TimeSpan.Zero) TellDraining(_clock.Now + limit);
        try
        {
            if (!_directory.Emptied.IsCompleted) await _directory.Emptied.WaitAsync(limit, _time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            BeginDrain();
            return false;
        }
    }

    private void TellDraining(Instant end)
    {
        TransceiverLog.Draining(_logger, _directory.Count);
        _sockets.NoteDraining(end);
        foreach (var entry in _directory.Entries) TellDraining(entry, end);
    }

    private void TellDraining(CallEntry entry, Instant end)
    {
        var spin = new SpinWait();
        while (!entry.IsGone)
        {
            if (entry.Owner is { } owner)
            {
                if (owner.TryPost(new DrainNotice(entry, end))) return;
            }
            else if (entry.TryClaim())
            {
                try
                {
                    // Nobody is there yet: who comes later is told then.
                    entry.Call.HandleDraining(end, _clock.Now);
                }
                finally
                {
                    entry.Release();
                }
                return;
            }
            spin.SpinOnce();
        }
    }
}
