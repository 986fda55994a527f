using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Parley.Hosting.Endpoints;

/// <summary>The body of <c>POST …/calls</c>: an SDP offer, raw or as the part "sdp" of a form whose part "session" configures the session.</summary>
internal readonly record struct CallOffer(string Sdp, SessionLayer? Session)
{
    /// <summary>Browsers' offers have 2 to 10 KB.</summary>
    public const int MaxSdpBytes = 64 * 1024;

    public const int MaxSessionBytes = 256 * 1024;

    /// <summary>RFC 2046 §5.1.1.</summary>
    private const int MaxBoundaryLength = 70;

    /// <summary>More of what a client sent is not sent back to it.</summary>
    private const int MaxQuotedLength = 100;

    /// <summary>Reads the body; on failure the result to answer with.</summary>
    public static async Task<(CallOffer Offer, ApiError? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return (default, WrongType(request.ContentType));
        if (type.MediaType.Equals("application/sdp", StringComparison.OrdinalIgnoreCase))
        {
            var sdp = await LimitedBody.ReadTextAsync(request.Body, MaxSdpBytes, cancellationToken);
            return sdp is null ? (default, ApiError.TooLarge("The SDP offer", MaxSdpBytes)) : (new CallOffer(sdp, null), null);
        }
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
            return boundary.Length is 0 or > MaxBoundaryLength
                ? (default, Unreadable($"its content type must name a boundary of 1 to {MaxBoundaryLength} characters."))
                : await ReadFormAsync(request, boundary, cancellationToken);
        }
        return (default, WrongType(request.ContentType));
    }

    private static async Task<(CallOffer, ApiError?)> ReadFormAsync(HttpRequest request, string boundary, CancellationToken cancellationToken)
    {
        string? sdp = null, session = null;
        try
        {
            // Read part by part: browsers send parts with no content type, SDKs with one, and both are the same to us.
            var reader = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 16, HeadersLengthLimit = 4096 };
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
                    : "";
                if (name == "sdp" && (sdp = await LimitedBody.ReadTextAsync(section.Body, MaxSdpBytes, cancellationToken)) is null)
                    return (default, ApiError.TooLarge("The part 'sdp'", MaxSdpBytes));
                if (name == "session" && (session = await LimitedBody.ReadTextAsync(section.Body, MaxSessionBytes, cancellationToken)) is null)
                    return (default, ApiError.TooLarge("The part 'session'", MaxSessionBytes));
            }
        }
        // That the whole body is too large or too slow is another matter than its form.
        catch (Exception exception) when (exception is IOException and not BadHttpRequestException)
        {
            return (default, Unreadable("it ends early, or its parts are not separated by the boundary of its content type."));
        }
        catch (InvalidDataException exception)
        {
            return (default, Unreadable(exception.Message));
        }
        return sdp is null
            ? (default, ApiError.Invalid("missing_sdp", "The form has no part 'sdp' with the SDP offer.", "sdp"))
            : (new CallOffer(sdp, session is null ? null : new SessionLayer(session)), null);
    }

    private static ApiError Unreadable(string why) =>
        ApiError.Invalid("invalid_multipart", "The multipart body cannot be read: " + why);

    private static ApiError WrongType(string? contentType) =>
        ApiError.Invalid(
            "unsupported_content_type",
            $"The content type is {(contentType?.Length switch { null or 0 => "missing", > MaxQuotedLength => "none that is known here", _ => $"'{contentType}'" })}. Send the SDP offer as application/sdp, or as the part 'sdp' of multipart/form-data.",
            status: StatusCodes.Status415UnsupportedMediaType);
}
