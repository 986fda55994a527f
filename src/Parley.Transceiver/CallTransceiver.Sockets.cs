using Parley.Realtime;
using Parley.Transceiver.Audience;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver;

/// <summary>Calls on WebSockets, sidebands of any call, and sessions that go on. (docs/design/sockets.md)</summary>
public sealed partial class CallTransceiver
{
    /// <summary>Makes a call whose audio travels within its events. It takes a place from now on; the caller runs it on a WebSocket, or disposes of it.</summary>
    /// <exception cref="ArgumentException">The configuration has no models.</exception>
    public OpenSocketResult OpenSocket(CallConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (!_directory.TryTakePlace())
        {
            var refused = RefuseForNow();
            return new SocketRefused(refused.Reason, refused.Code, refused.Message);
        }
        try
        {
            return new SocketOpened(_sockets.Create(config));
        }
        catch
        {
            _directory.ReturnPlace();
            throw;
        }
    }

    /// <summary>
    /// Takes a session whose connection was lost; where nobody knows yet that it is lost, that connection is ended first. It goes on with
    /// <see cref="CallConfig.Resumed"/>, or is given back by <see cref="ReturnSessionAsync"/>. Null: there is none of this id and owner.
    /// </summary>
    public Task<SessionSnapshot?> TakeSessionAsync(string sessionId, string owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        ArgumentNullException.ThrowIfNull(owner);
        return _directory.Sessions is { } sessions ? sessions.TakeAsync(sessionId, owner, cancellationToken) : Task.FromResult<SessionSnapshot?>(null);
    }

    /// <summary>Nothing came of it: the session can be taken again.</summary>
    public ValueTask ReturnSessionAsync(SessionSnapshot snapshot, string owner) => _directory.Sessions?.ReturnAsync(snapshot, owner) ?? default;

    /// <summary>Makes a sideband of a call over WebRTC, by its call id, or on a WebSocket, by its session id. The caller runs it on a WebSocket of its own, or disposes of it.</summary>
    public AttachSidebandResult AttachSideband(string callId)
    {
        ArgumentNullException.ThrowIfNull(callId);
        ISidebandHost? host = _directory.TryFind(callId, out var entry) ? new CallSidebandHost(entry, _clock)
            : _sockets.TryFind(callId, out var socket) ? socket
            : null;
        if (host is null) return new NoCallToAttachTo();
        return host.TryTakeSidebandPlace()
            ? new SidebandAttached(new SidebandConnection(host, _sockets.Budget, _config.Sockets, _time))
            : new TooManySidebands(SessionAudience.MaxSidebands);
    }
}
