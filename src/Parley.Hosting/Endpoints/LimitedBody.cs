using System.Text;
using Microsoft.AspNetCore.Http;

namespace Parley.Hosting.Endpoints;

/// <summary>Reads text of a request that may be of any size, and refuses what is too large without reading it to its end.</summary>
internal static class LimitedBody
{
    /// <summary>UTF-8, with U+FFFD in the place of what is none; null: more than <paramref name="limit"/> bytes.</summary>
    public static async Task<string?> ReadTextAsync(Stream body, int limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var text = new MemoryStream();
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (text.Length + read > limit) return null;
                text.Write(buffer, 0, read);
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
