using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Parley.Realtime.Protocol;

namespace Parley.Hosting;

/// <summary>The error body of the Realtime API: <c>{"error":{"type","code","message","param"}}</c>.</summary>
internal sealed record ApiError(RealtimeError Error)
{
    public static JsonHttpResult<ApiError> Invalid(RealtimeError error) => Result(StatusCodes.Status400BadRequest, error);

    public static JsonHttpResult<ApiError> Invalid(
        string code, string message, string? param = null, int status = StatusCodes.Status400BadRequest) =>
        Result(status, RealtimeError.Invalid(code, message, param));

    public static JsonHttpResult<ApiError> TooLarge(string what, int limitBytes) =>
        Invalid("body_too_large", $"{what} is larger than {limitBytes / 1024} KiB.", status: StatusCodes.Status413PayloadTooLarge);

    public static JsonHttpResult<ApiError> Unauthorized(string message) =>
        Result(StatusCodes.Status401Unauthorized, RealtimeError.Invalid("invalid_api_key", message));

    /// <summary>The server cannot now; trying again may help.</summary>
    public static JsonHttpResult<ApiError> Unavailable(string code, string message) =>
        Result(StatusCodes.Status503ServiceUnavailable, RealtimeError.Server(code, message));

    /// <summary>A flaw of ours; what it was stands in the log.</summary>
    public static JsonHttpResult<ApiError> Fault() =>
        Result(StatusCodes.Status500InternalServerError, RealtimeError.Server("internal_error", "The server met a fault. Its log says more."));

    private static JsonHttpResult<ApiError> Result(int status, RealtimeError error) =>
        TypedResults.Json(new ApiError(error), HostingJson.Readable.ApiError, statusCode: status);
}
