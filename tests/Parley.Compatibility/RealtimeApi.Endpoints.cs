namespace Parley.Compatibility;

public static partial class RealtimeApi
{
    private static IEnumerable<ApiElement> Endpoints =>
    [
        .. Of(ApiPart.Endpoint,
        [
            "POST /v1/realtime/calls, application/sdp",
            "POST /v1/realtime/calls, multipart/form-data",
            "POST /v1/realtime/calls?dcid=",
            "POST /v1/realtime/calls?model=",
            "POST /v1/realtime/calls/{id}/hangup",
        ]),
        new(ApiPart.Endpoint, "POST /v1/realtime/calls/{id}/accept", Sip),
        new(ApiPart.Endpoint, "POST /v1/realtime/calls/{id}/reject", Sip),
        new(ApiPart.Endpoint, "POST /v1/realtime/calls/{id}/refer", Sip),
        .. Of(ApiPart.Endpoint,
        [
            "POST /v1/realtime/client_secrets",
            "POST /v1/realtime/sessions",
            "POST /v1/realtime/transcription_sessions",
            "POST /v1/realtime/translations/client_secrets",
            "GET /v1/models",
            "GET /v1/models/{model}",
            "WS /v1/realtime?model=",
            "WS /v1/realtime?intent=transcription",
            "WS /v1/realtime?call_id=",
        ]),
        new(ApiPart.Endpoint, "POST /v1/realtime/calls/{id}", Own + ": another offer for the call, to restart ICE"),
        new(ApiPart.Endpoint, "POST /v1/realtime/calls?resume=", Own + ": goes on with a session after its connection was lost"),
        new(ApiPart.Endpoint, "WS /v1/realtime?resume=", Own + ": goes on with a session after its connection was lost"),
        .. Of(ApiPart.Endpoint,
        [
            "Authorization: an API key",
            "Authorization: a client secret (ek_…)",
            "WebSocket subprotocol realtime",
            "WebSocket subprotocol openai-insecure-api-key.…",
            "wss: and https:",
            "CORS, with Location exposed",
            "Error bodies {\"error\":{message,type,code,param}}",
        ]),
    ];

    private static IEnumerable<ApiElement> Clients => Of(ApiPart.Client,
    [
        "@openai/agents-realtime, WebRTC in a browser",
        "@openai/agents-realtime, WebSocket in Node",
        "openai (npm), OpenAIRealtimeWS",
        "openai (npm), realtime.calls",
        "openai (npm), realtime.clientSecrets",
        "openai (npm), OpenAIRealtimeWS beside a call",
        "OpenAI (NuGet), RealtimeClient",
        "OpenAI (NuGet), RealtimeClient beside a call",
    ]);
}
