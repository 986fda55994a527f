namespace Parley.Transceiver.Resuming;

/// <summary>
/// Keeps sessions whose connection was lost until their clients come back, or their time is up. Thread-safe. What is kept holds what was said: an
/// implementation that writes it anywhere treats it as such. Failures are logged and mean that a session cannot be resumed.
/// </summary>
public interface ISessionStore
{
    /// <summary>Keeps the session, in the place of what is there under its id. A store that is full may drop others, or this one.</summary>
    ValueTask SaveAsync(StoredSession session, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Takes the session out, so that it goes on in one place only. Null: it is not there, or it is another owner's, and stays.</summary>
    ValueTask<StoredSession?> TakeAsync(string sessionId, string owner, CancellationToken cancellationToken);
}
