using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Hosting.Fleet;
using Parley.Transceiver;

namespace Parley.Hosting.Endpoints;

/// <summary><c>POST …/realtime/calls</c> and what is below it: another offer, the end, and the verbs of SIP, which are refused.</summary>
internal static class CallEndpoints
{
    public static async Task<IResult> CreateAsync(
        HttpContext context, Admission admission, CallDesk desk, SessionFactory sessions, CallTransceiver transceiver, ServerConfig server, NodeLinks nodes)
    {
        if (!admission.TryIdentify(context.Request, out var caller, out var refusal)) return refusal;
        var query = context.Request.Query;
        if (!TryReadChannelId(query["dcid"], out var channelId))
            return ApiError.Invalid("invalid_value", "dcid is not the stream id of a data channel (0…65534).", "dcid");
        (var offer, refusal) = await CallOffer.ReadAsync(context.Request, context.RequestAborted);
        if (refusal is not null) return refusal;
        if (offer.Session is not null && query.ContainsKey("resume"))
            return ApiError.Invalid("invalid_value", "A session that is resumed has its settings: change them by session.update.", "session");
        if (!desk.TryPrepare(caller, offer.Session, query["model"], out var call, out refusal)) return refusal;
        if (server.Node is { HasCalls: false }) return await PlaceAsync(NoTransceiver());
        (var resumption, refusal) = await Resumption.TakeAsync(context, caller, transceiver);
        await using var resuming = resumption;
        if (refusal is not null) return refusal;

        var ready = resumption.Apply(call, sessions) with { NegotiatedChannelId = channelId, Candidates = IngressChoice.For(context, server.Node) };
        if (!desk.TryCreate(caller, offer.Sdp, ready, out var created, out refusal))
            // A session that goes on is here.
            return refusal.Status == StatusCodes.Status503ServiceUnavailable && ready.Resumed is null ? await PlaceAsync(refusal) : refusal;
        resumption.Complete();
        return Created(context, created.CallId, created.AnswerSdp);

        // Another node may have it; where there is none, or none that can, the client hears why.
        async Task<IResult> PlaceAsync(ApiError here)
        {
            var outcome = await nodes.PlaceAsync(CallWire.Write(context, caller, offer, query["model"], channelId), context.RequestAborted);
            return outcome switch
            {
                null => here,
                { Created: { } elsewhere } => Created(context, elsewhere.CallId, elsewhere.Sdp),
                _ => CallWire.Read(outcome.Error),
            };
        }
    }

    private static ContentHttpResult Created(HttpContext context, string callId, string answerSdp)
    {
        context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path.Value!.TrimEnd('/')}/{callId}";
        return TypedResults.Text(answerSdp, "application/sdp", statusCode: StatusCodes.Status201Created);
    }

    private static ApiError NoTransceiver() =>
        ApiError.Unavailable("no_transceiver", "This server has no calls over WebRTC itself, and the fleet file names no other server that it could ask.");

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
