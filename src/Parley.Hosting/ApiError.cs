using Microsoft.AspNetCore.Http;
using Parley.Realtime.Protocol;

namespace Parley.Hosting;

/// <summary>A refusal in the API's form: a status, its headers, and the body <c>{"error":{"type","code","message","param"}}</c>.</summary>
/// <param name="RetryAfter">When trying again may help; null: it would not.</param>
internal sealed record ApiError(int Status, RealtimeError Error, TimeSpan? RetryAfter = null) : IResult
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(5);

    public static ApiError Invalid(RealtimeError error) => new(StatusCodes.Status400BadRequest, error);

    public static ApiError Invalid(string code, string message, string? param = null, int status = StatusCodes.Status400BadRequest) =>
        new(status, RealtimeError.Invalid(code, message, param));

    public static ApiError TooLarge(string what, int limitBytes) =>
        Invalid("body_too_large", $"{what} is larger than {limitBytes / 1024} KiB.", status: StatusCodes.Status413PayloadTooLarge);

    public static ApiError Unauthorized(string message) => Invalid("invalid_api_key", message, status: StatusCodes.Status401Unauthorized);

    /// <summary>The key may do so, only not so soon.</summary>
    public static ApiError TooMany(string code, string type, string message, TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, new RealtimeError(type, code, message), retryAfter);

    /// <summary>The server cannot now; trying again may help.</summary>
    public static ApiError Unavailable(string code, string message) =>
        new(StatusCodes.Status503ServiceUnavailable, RealtimeError.Server(code, message), SoonAgain);

    /// <summary>A flaw of ours; what it was stands in the log.</summary>
    public static ApiError Fault() =>
        new(StatusCodes.Status500InternalServerError, RealtimeError.Server("internal_error", "The server met a fault. Its log says more."));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        // RFC 9110 §11.6.1: a 401 names the scheme that would do.
        if (Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (RetryAfter is { } wait) response.Headers.RetryAfter = FormattableString.Invariant($"{Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0}");
        return response.WriteAsJsonAsync(new ApiErrorBody(Error), HostingJson.Readable.ApiErrorBody, contentType: null, httpContext.RequestAborted);
    }
}

internal sealed record ApiErrorBody(RealtimeError Error);
