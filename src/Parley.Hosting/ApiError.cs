using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Parley.Hosting;

/// <summary>The error body of the Realtime API: <c>{"error":{"message","type","code","param"}}</c>.</summary>
public sealed record ApiError(ApiErrorDetail Error)
{
    /// <summary>The caller's mistake.</summary>
    public static JsonHttpResult<ApiError> Invalid(string code, string message, string? param = null, int status = StatusCodes.Status400BadRequest) =>
        Result(status, "invalid_request_error", code, message, param);

    public static JsonHttpResult<ApiError> Unauthorized(string message) =>
        Result(StatusCodes.Status401Unauthorized, "invalid_request_error", "invalid_api_key", message, param: null);

    public static JsonHttpResult<ApiError> NotFound(string code, string message) =>
        Result(StatusCodes.Status404NotFound, "invalid_request_error", code, message, param: null);

    /// <summary>The server cannot now; trying again may help.</summary>
    public static JsonHttpResult<ApiError> Unavailable(string code, string message) =>
        Result(StatusCodes.Status503ServiceUnavailable, "server_error", code, message, param: null);

    private static JsonHttpResult<ApiError> Result(int status, string type, string code, string message, string? param) =>
        TypedResults.Json(new ApiError(new ApiErrorDetail(message, type, code, param)), HostingJson.Default.ApiError, statusCode: status);
}

public sealed record ApiErrorDetail(
    string Message,
    string Type,
    string? Code,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param);
