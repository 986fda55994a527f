namespace Parley.Realtime.Protocol;

/// <summary>The <c>error</c> object of the Realtime API, in events and in HTTP bodies.</summary>
/// <param name="Param">The field at fault, for example <c>session.audio.output.speed</c>; null: none in particular.</param>
public sealed record RealtimeError(string Type, string? Code, string Message, string? Param = null)
{
    public static RealtimeError Invalid(string? code, string message, string? param = null) =>
        new("invalid_request_error", code, message, param);

    public static RealtimeError Server(string? code, string message) => new("server_error", code, message);
}
