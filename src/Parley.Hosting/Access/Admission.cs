using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Parley.Transceiver;

namespace Parley.Hosting.Access;

/// <summary>
/// The one door to calls and sessions, over WebRTC and WebSocket alike: <see cref="TryIdentify"/> says who asks,
/// <see cref="TryAdmit"/> whether they may begin one more; the lease is held as long as that lives. Thread-safe.
/// </summary>
internal sealed class Admission(ApiKeys keys, ClientSecrets secrets, CallLeases leases)
{
    private const string Scheme = "Bearer ";

    /// <summary>Browsers' WebSockets set no headers; their subprotocols bring the key instead.</summary>
    private const string KeyProtocol = "openai-insecure-api-key.";

    private const string SafetyHeader = "OpenAI-Safety-Identifier";
    private const int MaxSafetyLength = 512;

    /// <summary>Accepts a live client token anywhere, and an API key (or, when none is configured, anything).</summary>
    public bool TryIdentify(HttpRequest request, [NotNullWhen(true)] out Caller? caller, [NotNullWhen(false)] out ApiError? refusal)
    {
        (caller, refusal) = (null, null);
        // Where no key is needed the header may be meant for somebody else: the application around this has asked for it.
        if (!TryReadCredential(request, out var credential) && keys.AreNeeded) refusal = ApiError.Unauthorized("The Authorization header is not 'Bearer <key>'.");
        else if (credential?.StartsWith(ClientTokenSeal.Prefix, StringComparison.Ordinal) == true)
        {
            if (!secrets.TryOpen(credential, out caller, out var problem)) refusal = ApiError.Unauthorized(problem);
        }
        else if (!keys.TryFind(credential, out var key))
            refusal = ApiError.Unauthorized(credential is null
                ? "An API key is needed: send 'Authorization: Bearer <key>'."
                : "This API key is not known here.");
        else if (!TryReadSafetyIdentifier(request, out var user))
            refusal = ApiError.Invalid("invalid_value", $"The header {SafetyHeader} has more than {MaxSafetyLength} characters.", SafetyHeader);
        else
            caller = new Caller(key, null, user);
        return caller is not null;
    }

    /// <summary>As <see cref="TryIdentify"/>, for what a client token may not do.</summary>
    public bool TryIdentifyKey(HttpRequest request, [NotNullWhen(true)] out Caller? caller, [NotNullWhen(false)] out ApiError? refusal)
    {
        if (!TryIdentify(request, out caller, out refusal)) return false;
        if (!caller.IsClient) return true;
        caller = null;
        refusal = ApiError.Unauthorized("A client secret cannot do this: use an API key.");
        return false;
    }

    /// <summary>Lets one more call or session begin. Whoever gets the lease disposes it: at once when nothing came of it, else when it has ended.</summary>
    public static bool TryAdmit(Caller caller, [NotNullWhen(true)] out CallLease? lease, [NotNullWhen(false)] out ApiError? refusal) =>
        caller.Key.Usage.TryOpen(out lease, out refusal);

    /// <summary>Hands a lease to a call: it is disposed when the call ends, and ends the call when a limit is reached.</summary>
    public void Attach(string callId, Caller caller, CallLease lease, CallTransceiver transceiver)
    {
        leases.Attach(callId, caller.Key, lease);
        lease.OnLimitReached(reason => transceiver.End(callId, reason));
    }

    /// <summary>Whether the call is the caller's to change, to attach to and to end: it was made by the same key, or by a token of it.</summary>
    public bool Owns(Caller caller, string callId) => leases.Owns(caller.Key, callId);

    /// <summary>The request brings a client token, good or not.</summary>
    public static bool HasClientSecret(HttpRequest request) =>
        TryReadCredential(request, out var credential) && credential?.StartsWith(ClientTokenSeal.Prefix, StringComparison.Ordinal) == true;

    private static bool TryReadCredential(HttpRequest request, out string? credential)
    {
        credential = null;
        var header = request.Headers.Authorization.ToString();
        if (header.Length > 0)
        {
            if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
            credential = header[Scheme.Length..].Trim();
            return true;
        }
        foreach (var protocol in request.HttpContext.WebSockets.WebSocketRequestedProtocols)
            if (protocol.StartsWith(KeyProtocol, StringComparison.Ordinal)) credential = protocol[KeyProtocol.Length..];
        return true;
    }

    private static bool TryReadSafetyIdentifier(HttpRequest request, out Pii<string>? user)
    {
        var header = request.Headers[SafetyHeader].ToString();
        user = header.Length > 0 ? new Pii<string>(header) : null;
        return header.Length <= MaxSafetyLength;
    }
}
