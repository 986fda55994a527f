using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Parley.Realtime;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Resuming;

/// <summary>
/// Lets sessions outlive their connections: what a lost connection leaves behind is stored; who resumes takes it from there, or from a connection
/// that nobody knows yet to be lost. Thread-safe; nothing here runs per packet.
/// </summary>
internal sealed class SessionKeeper(ISessionStore store, TimeSpan keepFor, IModelStarter starter, ILogger logger)
{
    private readonly ConcurrentDictionary<string, LiveSession> _live = new(StringComparer.Ordinal);

    /// <summary>A session lives on a connection.</summary>
    /// <param name="owner">Null: it is nobody's to resume.</param>
    /// <param name="end">Ends the connection, for another one has taken its session over. Any thread.</param>
    public void Began(string sessionId, string? owner, Action end)
    {
        if (owner is not null) _live[sessionId] = new LiveSession(owner, end);
    }

    /// <summary>Its connection is gone.</summary>
    /// <param name="remains">Null: it is not to go on.</param>
    public void Ended(string? sessionId, SessionSnapshot? remains)
    {
        if (sessionId is null || !_live.TryGetValue(sessionId, out var session)) return;
        if (session.TryHandOver(remains)) _live.TryRemove(new(sessionId, session));
        else if (remains is null) Forget(sessionId, session);
        else starter.Start(() => StoreAsync(session, remains));
    }

    /// <summary>The session, which from now on is the caller's alone. Null: there is none of this id and owner.</summary>
    public async Task<SessionSnapshot?> TakeAsync(string sessionId, string owner, CancellationToken cancellationToken)
    {
        if (_live.TryGetValue(sessionId, out var session))
        {
            if (session.Owner != owner) return null;
            if (session.TryTakeOver()) return await TakeOverAsync(session, cancellationToken);
            await session.Settled.WaitAsync(cancellationToken);
        }
        try
        {
            return (await store.TakeAsync(sessionId, owner, cancellationToken))?.Snapshot;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            TransceiverLog.StoreFailed(logger, exception);
            return null;
        }
    }

    /// <summary>Nothing came of resuming a session that was taken: it can be tried again.</summary>
    public ValueTask ReturnAsync(SessionSnapshot snapshot, string owner) => SaveAsync(new StoredSession(snapshot, owner));

    private async Task<SessionSnapshot?> TakeOverAsync(LiveSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Remains.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever asked is gone. They may ask again.
            starter.Start(async () =>
            {
                if (await session.Remains is { } remains) await SaveAsync(new StoredSession(remains, session.Owner));
            });
            throw;
        }
    }

    private async Task StoreAsync(LiveSession session, SessionSnapshot remains)
    {
        await SaveAsync(new StoredSession(remains, session.Owner));
        Forget(remains.SessionId, session);
    }

    private void Forget(string sessionId, LiveSession session)
    {
        _live.TryRemove(new(sessionId, session));
        session.NoteSettled();
    }

    private async ValueTask SaveAsync(StoredSession session)
    {
        try
        {
            await store.SaveAsync(session, keepFor, CancellationToken.None);
        }
        catch (Exception exception)
        {
            TransceiverLog.StoreFailed(logger, exception);
        }
    }
}
