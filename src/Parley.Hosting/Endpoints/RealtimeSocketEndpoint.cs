using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;
using Parley.Hosting.Fleet;
using Parley.Hosting.Fleet.Wire;
using Parley.Transceiver;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting.Endpoints;

/// <summary>
/// <c>GET …/realtime</c>: the Realtime API on a WebSocket. A session of its own, with <c>?resume=</c> one that lost its connection, or
/// with <c>?call_id=</c> a sideband of one that runs. What can be
/// refused is refused by HTTP, before the upgrade.
/// </summary>
internal static class RealtimeSocketEndpoint
{
    /// <summary>The one subprotocol that is ever selected: others bring keys, or name the client.</summary>
    private const string Protocol = "realtime";

    private static readonly SessionLayer Transcription = new("""{"type":"transcription"}""");

    public static async Task<IResult> ConnectAsync(
        HttpContext context, Admission admission, SessionFactory sessions, CallTransceiver transceiver, NodeLinks nodes)
    {
        if (!context.WebSockets.IsWebSocketRequest) return NoUpgrade(context.Response);
        if (!admission.TryIdentify(context.Request, out var caller, out var refusal)) return refusal;
        return context.Request.Query["call_id"].ToString() is { Length: > 0 } callId
            ? await AttachAsync(callId, context, caller, admission, transceiver, nodes)
            : await OpenAsync(context, caller, admission, sessions, transceiver);
    }

    private static async Task<IResult> OpenAsync(
        HttpContext context, Caller caller, Admission admission, SessionFactory sessions, CallTransceiver transceiver)
    {
        var query = context.Request.Query;
        var intent = query["intent"].ToString();
        if (intent is not ("" or "conversation" or "transcription"))
            return ApiError.Invalid("invalid_value", "intent is 'transcription', or left out.", "intent");
        if (!sessions.TryCreate(caller, [intent == "transcription" ? Transcription : null, caller.Session], query["model"], out var call, out var error))
            return ApiError.Invalid(error);
        if (call.Models is null)
            return ApiError.Invalid("no_session", "This server is an echo: it has calls over WebRTC and no sessions. Its operator can choose the agent 'models'.");
        var (resumption, refusal) = await Resumption.TakeAsync(context, caller, transceiver);
        await using var resuming = resumption;
        if (refusal is not null || !Admission.TryAdmit(caller, out var lease, out refusal)) return refusal;

        switch (Open(transceiver, resumption.Apply(call, sessions), lease))
        {
            case SocketOpened opened:
                resumption.Complete();
                using (opened.Connection)
                {
                    admission.Attach(opened.Connection.Id, caller, lease, transceiver);
                    using var socket = await AcceptAsync(context, transceiver.SocketLimits);
                    await opened.Connection.RunAsync(socket);
                }
                return TypedResults.Empty;
            case SocketRefused refused:
                return ApiError.Unavailable(refused.Code, refused.Message);
            default:
                throw new InvalidOperationException("A new outcome of OpenSocket is not mapped to a status.");
        }
    }

    /// <summary>Where no session comes of it, the lease is given back.</summary>
    private static OpenSocketResult Open(CallTransceiver transceiver, CallConfig call, CallLease lease)
    {
        OpenSocketResult? result = null;
        try
        {
            return result = transceiver.OpenSocket(call);
        }
        finally
        {
            if (result is not SocketOpened) lease.Dispose();
        }
    }

    private static async Task<IResult> AttachAsync(
        string callId, HttpContext context, Caller caller, Admission admission, CallTransceiver transceiver, NodeLinks nodes)
    {
        if (caller.IsClient) return ApiError.Unauthorized("A client secret cannot attach to a call: use the API key that the call was made with.");
        if (nodes.TryFind(callId, out var owner)) return await AttachAsync(callId, context, caller, owner, transceiver.SocketLimits);
        switch (admission.Owns(caller, callId) ? transceiver.AttachSideband(callId) : new NoCallToAttachTo())
        {
            case SidebandAttached attached:
                using (attached.Connection)
                {
                    using var socket = await AcceptAsync(context, transceiver.SocketLimits);
                    await attached.Connection.RunAsync(socket);
                }
                return TypedResults.Empty;
            case TooManySidebands tooMany:
                return TooMany(tooMany.Limit);
            default:
                return NotFound();
        }
    }

    private static async Task<IResult> AttachAsync(string callId, HttpContext context, Caller caller, NodeLink owner, SocketLimits limits)
    {
        using var sideband = await owner.AttachAsync(callId, caller.Key, context.RequestAborted);
        switch (sideband)
        {
            case null:
                return NodeLink.Unreachable();
            case { Refusal: null }:
                using (var socket = await AcceptAsync(context, limits)) await sideband.RunAsync(socket, limits, TimeProvider.System);
                return TypedResults.Empty;
            case { Refusal.RefusalCase: Attached.RefusalOneofCase.Limit }:
                return TooMany(sideband.Refusal.Limit);
            default:
                return NotFound();
        }
    }

    private static ApiError TooMany(int limit) =>
        ApiError.TooMany("too_many_sidebands", "invalid_request_error", $"As many as {limit} are attached to this call, and no more can be.", RetryAfter);

    private static ApiError NotFound() =>
        ApiError.Invalid("call_not_found", "There is no such call: the id is wrong, or the call has ended.", "call_id", StatusCodes.Status404NotFound);

    private static Task<System.Net.WebSockets.WebSocket> AcceptAsync(HttpContext context, SocketLimits limits) =>
        context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol) ? Protocol : null,
            KeepAliveInterval = limits.PingAfter,
            KeepAliveTimeout = limits.PongTimeout,
        });

    /// <summary>RFC 9110 §15.5.22.</summary>
    private static ApiError NoUpgrade(HttpResponse response)
    {
        response.Headers.Upgrade = "websocket";
        return ApiError.Invalid("upgrade_required", "This path speaks WebSocket: connect to it with ws:// or wss://.", status: StatusCodes.Status426UpgradeRequired);
    }

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
}
