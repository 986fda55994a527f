using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Parley.Hosting.Access;
using Parley.Hosting.Endpoints;
using Parley.Hosting.Fleet.Wire;
using Parley.Realtime.Protocol;

namespace Parley.Hosting.Fleet;

/// <summary>What nodes tell each other of a call that is to be made.</summary>
internal static class CallWire
{
    public static NewCall Write(HttpContext context, Caller caller, in CallOffer offer, string? model, ushort? channelId)
    {
        var call = new NewCall
        {
            KeyId = caller.Key.Id,
            Sdp = offer.Sdp,
            Session = Write(offer.Session),
            TokenSession = Write(caller.Session),
            Model = model ?? "",
            Region = context.Request.Headers[IngressChoice.Header].ToString(),
            ClientAddress = ByteString.CopyFrom(context.Connection.RemoteIpAddress?.GetAddressBytes() ?? []),
        };
        if (channelId is { } id) call.ChannelId = id;
        if (caller.SafetyIdentifier is { } user) call.User = user.Reveal();
        return call;
    }

    public static bool TryReadCaller(NewCall call, ApiKeys keys, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Caller? caller)
    {
        caller = keys.TryFind(call.KeyId, out var key) ? new Caller(key, Read(call.TokenSession), call.HasUser ? new Pii<string>(call.User) : null) : null;
        return caller is not null;
    }

    public static SessionLayer? Read(SessionObject? session) => session is null ? null : new SessionLayer(session.Json, (SessionForm)session.Form);

    /// <summary>Null: not known.</summary>
    public static IPAddress? ReadClientAddress(NewCall call) => call.ClientAddress.Length is 4 or 16 ? new IPAddress(call.ClientAddress.Span) : null;

    public static HttpError Write(ApiError error)
    {
        var wire = new HttpError { Status = error.Status, Type = error.Error.Type, Code = error.Error.Code, Message = error.Error.Message };
        if (error.Error.Param is { } param) wire.Param = param;
        if (error.RetryAfter is { } wait) wire.RetryAfterSeconds = wait.TotalSeconds;
        return wire;
    }

    public static ApiError Read(HttpError error) => new(
        error.Status, new RealtimeError(error.Type, error.Code, error.Message, error.HasParam ? error.Param : null),
        error.HasRetryAfterSeconds ? TimeSpan.FromSeconds(error.RetryAfterSeconds) : null);

    private static SessionObject? Write(SessionLayer? session) => session is null ? null : new SessionObject { Json = session.Json, Form = (int)session.Form };
}
