using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Hosting.Endpoints;

/// <summary>
/// Middleware: every failure behind it has the API's error body, those included that the server itself finds (no such path,
/// another method, a body too large or too slow) and the flaws of ours.
/// </summary>
internal sealed class ErrorBodies(RequestDelegate next, ILogger<ErrorBodies> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception) when (!response.HasStarted)
        {
            response.StatusCode = exception.StatusCode;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: there is nobody to answer.
            return;
        }
        catch (Exception exception) when (!response.HasStarted)
        {
            HostingLog.RequestFaulted(logger, exception);
            response.StatusCode = StatusCodes.Status500InternalServerError;
        }
        if (response.HasStarted || response.ContentType is not null || response.StatusCode < StatusCodes.Status400BadRequest) return;
        await Describe(response.StatusCode, context.Request).ExecuteAsync(context);
    }

    private static ApiError Describe(int status, HttpRequest request) => status switch
    {
        StatusCodes.Status404NotFound => ApiError.Invalid("unknown_url", "There is nothing at this path. See docs/api.md for the paths of the API.", status: status),
        StatusCodes.Status405MethodNotAllowed => ApiError.Invalid("method_not_allowed", $"This path does not take {request.Method}; the Allow header says what it takes.", status: status),
        StatusCodes.Status408RequestTimeout => ApiError.Invalid("request_timeout", "The body of the request came too slowly.", status: status),
        StatusCodes.Status413PayloadTooLarge => ApiError.Invalid("body_too_large", "The body of the request is too large.", status: status),
        >= StatusCodes.Status500InternalServerError => ApiError.Fault(),
        _ => ApiError.Invalid("bad_request", "The request is malformed.", status: status),
    };
}
