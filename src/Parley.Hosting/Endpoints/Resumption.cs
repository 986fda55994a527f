using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;
using Parley.Realtime;
using Parley.Transceiver;

namespace Parley.Hosting.Endpoints;

/// <summary>
/// <c>?resume=sess_…</c>: a session whose connection was lost goes on in a new call. Until that is there the session can be given back, so that
/// the client can try again.
/// </summary>
internal sealed class Resumption : IAsyncDisposable
{
    private readonly CallTransceiver _transceiver;
    private readonly SessionSnapshot? _session;
    private readonly string _owner;
    private bool _isDone;

    private Resumption(CallTransceiver transceiver, SessionSnapshot? session, string owner)
    {
        (_transceiver, _session, _owner) = (transceiver, session, owner);
    }

    /// <summary>Takes the session that the request names, if it names one. A connection on which it still lives is ended.</summary>
    public static async Task<(Resumption Resumption, ApiError? Refusal)> TakeAsync(HttpContext context, Caller caller, CallTransceiver transceiver)
    {
        var sessionId = context.Request.Query["resume"].ToString();
        if (sessionId.Length == 0) return (new Resumption(transceiver, null, caller.Owner), null);
        var session = await transceiver.TakeSessionAsync(sessionId, caller.Owner, context.RequestAborted);
        var refusal = session is null
            ? ApiError.Invalid(
                "session_not_found",
                "There is no such session to resume: the id is wrong, the session has ended, or its connection was lost too long ago. Begin a new one.",
                "resume", StatusCodes.Status404NotFound)
            : null;
        return (new Resumption(transceiver, session, caller.Owner), refusal);
    }

    /// <summary>The call with the session that goes on, if one does: its settings and items come with it.</summary>
    public CallConfig Apply(CallConfig call, SessionFactory sessions)
    {
        var owned = call with { Owner = _owner };
        return _session is null ? owned : sessions.Resume(owned, _session);
    }

    /// <summary>The session lives in a call.</summary>
    public void Complete() => _isDone = true;

    public async ValueTask DisposeAsync()
    {
        if (!_isDone && _session is not null) await _transceiver.ReturnSessionAsync(_session, _owner);
        _isDone = true;
    }
}
