using System.Globalization;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Hosting.Fleet;
using Parley.Transceiver;

namespace Parley.Hosting.Endpoints;

/// <summary><c>POST …/realtime/calls</c> and what is below it: another offer, the end, and the verbs of SIP, which are refused.</summary>
internal static class CallEndpoints
{
    public static async Task<IResult> CreateAsync(HttpContext context, Admission admission, SessionFactory sessions, CallTransceiver transceiver, ServerConfig server)
    {
        if (!admission.TryIdentify(context.Request, out var caller, out var refusal)) return refusal;
        if (server.Node is { HasCalls: false })
            return ApiError.Unavailable("no_transceiver", "This server has no calls over WebRTC: send the offer to one that is a transceiver.");
        if (!TryReadChannelId(context.Request.Query["dcid"], out var channelId))
            return ApiError.Invalid("invalid_value", "dcid is not the stream id of a data channel (0…65534).", "dcid");
        (var offer, refusal) = await CallOffer.ReadAsync(context.Request, context.RequestAborted);
        if (refusal is not null) return refusal;
        if (offer.Session is not null && context.Request.Query.ContainsKey("resume"))
            return ApiError.Invalid("invalid_value", "A session that is resumed has its settings: change them by session.update.", "session");
        if (!sessions.TryCreate(caller, [caller.Session, offer.Session], context.Request.Query["model"], out var call, out var error)) return ApiError.Invalid(error);
        (var resumption, refusal) = await Resumption.TakeAsync(context, caller, transceiver);
        await using var resuming = resumption;
        if (refusal is not null || !Admission.TryAdmit(caller, out var lease, out refusal)) return refusal;

        var result = Create(
            transceiver, offer.Sdp, resumption.Apply(call, sessions) with { NegotiatedChannelId = channelId, Candidates = IngressChoice.For(context, server.Node) }, lease);
        switch (result)
        {
            case CallCreated created:
                resumption.Complete();
                admission.Attach(created.CallId, caller, lease, transceiver);
                context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path.Value!.TrimEnd('/')}/{created.CallId}";
                return TypedResults.Text(created.AnswerSdp, "application/sdp", statusCode: StatusCodes.Status201Created);
            case CallRefused { Reason: CallRefusal.BadOffer } refused:
                return ApiError.Invalid(refused.Code, refused.Message, "sdp");
            case CallRefused refused:
                return ApiError.Unavailable(refused.Code, refused.Message);
            default:
                throw new InvalidOperationException("A new outcome of CreateCall is not mapped to a status.");
        }
    }

    /// <summary>Where no call comes of it, the lease is given back.</summary>
    private static CreateCallResult Create(CallTransceiver transceiver, string offer, CallConfig call, CallLease lease)
    {
        CreateCallResult? result = null;
        try
        {
            return result = transceiver.CreateCall(offer, call);
        }
        finally
        {
            if (result is not CallCreated) lease.Dispose();
        }
    }

    /// <summary>Another offer for a call under way: an ICE restart, or another direction.</summary>
    public static async Task<IResult> RenegotiateAsync(string id, HttpContext context, Admission admission, CallTransceiver transceiver, NodeLinks nodes)
    {
        if (!admission.TryIdentify(context.Request, out var caller, out var refusal)) return refusal;
        (var offer, refusal) = await CallOffer.ReadAsync(context.Request, context.RequestAborted);
        if (refusal is not null) return refusal;
        if (offer.Session is not null)
            return ApiError.Invalid("invalid_value", "The session of a call under way is changed by session.update on its data channel.", "session");
        RenegotiateResult? result = nodes.TryFind(id, out var owner) ? await owner.RenegotiateAsync(id, caller.Key, offer.Sdp, context.RequestAborted)
            : admission.Owns(caller, id) ? await transceiver.RenegotiateAsync(id, offer.Sdp, context.RequestAborted)
            : new NoSuchCall();
        return result switch
        {
            null => NodeLink.Unreachable(),
            CallRenegotiated renegotiated => TypedResults.Text(renegotiated.AnswerSdp, "application/sdp"),
            RenegotiationRefused refused => ApiError.Invalid(refused.Code, refused.Message, "sdp"),
            NoSuchCall => NotFound(),
            RenegotiationTimedOut => ApiError.Unavailable("call_busy", "The server did not get to the call in time. Try again."),
            _ => throw new InvalidOperationException("A new outcome of RenegotiateAsync is not mapped to a status."),
        };
    }

    public static async Task<IResult> HangUpAsync(string id, HttpContext context, Admission admission, CallTransceiver transceiver, NodeLinks nodes)
    {
        if (!admission.TryIdentify(context.Request, out var caller, out var refusal)) return refusal;
        if (nodes.TryFind(id, out var owner))
        {
            return await owner.HangUpAsync(id, caller.Key, context.RequestAborted) switch
            {
                true => TypedResults.Ok(),
                false => NotFound(),
                null => NodeLink.Unreachable(),
            };
        }
        return admission.Owns(caller, id) && transceiver.HangUp(id) ? TypedResults.Ok() : NotFound();
    }

    /// <summary>Calls of the telephone network come, or do not come, from a gateway: none is connected to this server.</summary>
    public static IResult RefuseSip(HttpContext context, Admission admission) => admission.TryIdentifyKey(context.Request, out _, out var refusal)
        ? ApiError.Invalid("sip_not_supported", "This server takes no SIP calls: there is nothing to accept, reject or refer. Calls come by POST …/realtime/calls.", status: StatusCodes.Status501NotImplemented)
        : refusal;

    private static ApiError NotFound() =>
        ApiError.Invalid("call_not_found", "There is no such call: the id is wrong, or the call has ended.", "call_id", StatusCodes.Status404NotFound);

    /// <summary>A missing value is fine, and gives null. (65535 is no valid stream id: RFC 8832 §6)</summary>
    private static bool TryReadChannelId(string? text, out ushort? id)
    {
        id = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == ushort.MaxValue) return false;
        id = value;
        return true;
    }
}
