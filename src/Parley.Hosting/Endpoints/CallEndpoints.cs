using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Hosting.Access;
using Parley.Transceiver;

namespace Parley.Hosting.Endpoints;

/// <summary><c>POST …/realtime/calls</c>, <c>POST …/realtime/calls/{id}</c> and <c>POST …/realtime/calls/{id}/hangup</c>.</summary>
internal static class CallEndpoints
{
    public static void Map(RouteGroupBuilder realtime)
    {
        realtime.MapPost("/calls", CreateAsync);
        realtime.MapPost("/calls/{id}", RenegotiateAsync);
        realtime.MapPost("/calls/{id}/hangup", HangUp);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, ApiKeys keys, ClientSecrets secrets, SessionFactory sessions, CallTransceiver transceiver)
    {
        if (!Caller.TryIdentify(context.Request, keys, secrets, out var caller, out var problem)) return ApiError.Unauthorized(problem);
        if (!TryReadChannelId(context.Request.Query["dcid"], out var channelId))
            return ApiError.Invalid("invalid_value", "dcid is not the stream id of a data channel (0…65534).", "dcid");
        var (offer, refusal) = await CallOffer.ReadAsync(context.Request, context.RequestAborted);
        if (refusal is not null) return refusal;
        if (!sessions.TryCreate([caller.SessionJson, offer.SessionJson], out var call, out var error)) return ApiError.Invalid(error);

        switch (transceiver.CreateCall(offer.Sdp, call with { NegotiatedChannelId = channelId }))
        {
            case CallCreated created:
                context.Response.Headers.Location = $"{context.Request.Path.Value!.TrimEnd('/')}/{created.CallId}";
                return TypedResults.Text(created.AnswerSdp, "application/sdp", statusCode: StatusCodes.Status201Created);
            case CallRefused { Reason: CallRefusal.BadOffer } refused:
                return ApiError.Invalid(refused.Code, refused.Message, "sdp");
            case CallRefused refused:
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                return ApiError.Unavailable(refused.Code, refused.Message);
            default:
                throw new InvalidOperationException("A new outcome of CreateCall is not mapped to a status.");
        }
    }

    /// <summary>Another offer for a call under way: an ICE restart, or another direction.</summary>
    private static async Task<IResult> RenegotiateAsync(
        string id, HttpContext context, ApiKeys keys, ClientSecrets secrets, CallTransceiver transceiver)
    {
        if (!Caller.TryIdentify(context.Request, keys, secrets, out _, out var problem)) return ApiError.Unauthorized(problem);
        var (offer, refusal) = await CallOffer.ReadAsync(context.Request, context.RequestAborted);
        if (refusal is not null) return refusal;
        if (offer.SessionJson is not null)
            return ApiError.Invalid("invalid_value", "The session of a call under way is changed by session.update on its data channel.", "session");
        return await transceiver.RenegotiateAsync(id, offer.Sdp, context.RequestAborted) switch
        {
            CallRenegotiated renegotiated => TypedResults.Text(renegotiated.AnswerSdp, "application/sdp"),
            RenegotiationRefused refused => ApiError.Invalid(refused.Code, refused.Message, "sdp"),
            NoSuchCall => NotFound(),
            RenegotiationTimedOut => Busy(context),
            _ => throw new InvalidOperationException("A new outcome of RenegotiateAsync is not mapped to a status."),
        };
    }

    private static IResult HangUp(string id, HttpContext context, ApiKeys keys, ClientSecrets secrets, CallTransceiver transceiver)
    {
        if (!Caller.TryIdentify(context.Request, keys, secrets, out _, out var problem)) return ApiError.Unauthorized(problem);
        return transceiver.HangUp(id)
            ? TypedResults.Ok()
            : NotFound();
    }

    private static JsonHttpResult<ApiError> NotFound() =>
        ApiError.Invalid("call_not_found", "There is no such call: the id is wrong, or the call has ended.", "call_id", StatusCodes.Status404NotFound);

    private static JsonHttpResult<ApiError> Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ApiError.Unavailable("call_busy", "The server did not get to the call in time. Try again.");
    }

    /// <summary>A missing value is fine, and gives null. (65535 is no valid stream id: RFC 8832 §6)</summary>
    private static bool TryReadChannelId(string? text, out ushort? id)
    {
        id = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value == ushort.MaxValue) return false;
        id = value;
        return true;
    }

    private const string RetryAfterSeconds = "5";
}
