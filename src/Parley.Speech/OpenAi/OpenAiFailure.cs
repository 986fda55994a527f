using System.ClientModel;
using System.Net;
using System.Text.Json;

namespace Parley.Speech.OpenAi;

/// <summary>Turns what HTTP and JSON threw into a code and advice for the operator. Never holds the key.</summary>
/// <param name="prefix">Of the codes: chat, transcription or speech.</param>
internal sealed class OpenAiFailure(OpenAiEndpoint endpoint, string prefix)
{
    private string Server => $"the server at {Endpoint.Describe(endpoint.Url)}";

    public SpeechException From(Exception exception) => exception switch
    {
        SpeechException known => known,
        ClientResultException { Status: > 0 } result => FromStatus((HttpStatusCode)result.Status, result.GetRawResponse()?.Content?.ToString()),
        HttpRequestException { StatusCode: { } status } => FromStatus(status, null),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError } =>
            Unreachable(exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new SpeechException($"{prefix}_tls",
            $"A secure connection to {Server} could not be made. Check its certificate, or use http:// for a server on this machine.", exception),
        HttpRequestException or IOException => Interrupted(exception),
        ClientResultException { InnerException: { } inner } => From(inner),
        OperationCanceledException => new SpeechException($"{prefix}_timeout",
            $"Connecting to {Server} took too long. Check {endpoint.OptionsPath}.url and the network.", exception),
        _ => InvalidResponse("what it sent could not be read", exception),
    };

    public SpeechException FromStatus(HttpStatusCode status, string? body)
    {
        var said = Quote(body);
        return (int)status switch
        {
            401 or 403 when endpoint.Key is null => new SpeechException($"{prefix}_unauthorized",
                $"{Capital(Server)} wants a key ({(int)status}). Put it into an environment variable and name that in {endpoint.OptionsPath}.keyEnvironmentVariable."),
            401 or 403 => new SpeechException($"{prefix}_unauthorized",
                $"{Capital(Server)} refused the key ({(int)status}). Check the environment variable {endpoint.KeyVariable}."),
            404 => new SpeechException($"{prefix}_not_found",
                $"{Capital(Server)} does not know the path or the model '{endpoint.Model}' (404). Check {endpoint.OptionsPath}.url, which usually ends in /v1, and {endpoint.OptionsPath}.model.{said}"),
            429 => new SpeechException($"{prefix}_rate_limited",
                $"{Capital(Server)} takes no more requests for now (429): a rate limit, or a quota that is used up. Wait, or raise the limit there.{said}"),
            408 or 504 => new SpeechException($"{prefix}_timeout", $"{Capital(Server)} gave up on the request ({(int)status}). Check that it is not overloaded.{said}"),
            >= 500 => new SpeechException($"{prefix}_server_error", $"{Capital(Server)} failed ({(int)status}). Its own log tells why.{said}"),
            >= 300 and < 400 => new SpeechException($"{prefix}_not_found",
                $"{Capital(Server)} redirects elsewhere ({(int)status}). Set {endpoint.OptionsPath}.url to the final address."),
            _ => new SpeechException($"{prefix}_rejected",
                $"{Capital(Server)} rejected the request ({(int)status}). Check that the model '{endpoint.Model}' can do what is asked.{said}"),
        };
    }

    public SpeechException Interrupted(Exception? inner = null) => new($"{prefix}_interrupted",
        $"{Capital(Server)} broke off in the middle of its answer. Its own log tells why.", inner);

    public SpeechException Timeout(TimeSpan after) => new($"{prefix}_timeout",
        $"{Capital(Server)} did not answer within {after.TotalSeconds:0.#} s. Check that it is not overloaded and that the model fits the machine.");

    public SpeechException InvalidResponse(string what, Exception? inner = null) => new($"{prefix}_invalid_response",
        $"{Capital(Server)} does not answer as an OpenAI-compatible server does: {what}. Check {endpoint.OptionsPath}.url, which usually ends in /v1.", inner);

    private SpeechException Unreachable(Exception inner) => new($"{prefix}_unreachable",
        $"Nothing answers at {Endpoint.Describe(endpoint.Url)}. Start the server, or correct {endpoint.OptionsPath}.url.", inner);

    /// <summary>What the server said of it, as far as it can be shown: short, and without the key.</summary>
    private string Quote(string? body)
    {
        var text = Message(body)?.ReplaceLineEndings(" ").Trim();
        if (string.IsNullOrEmpty(text) || text.StartsWith('<')) return "";
        if (endpoint.Key is { } key) text = text.Replace(key, "[key]", StringComparison.Ordinal);
        return $" It says: {(text.Length > QuoteLength ? text[..QuoteLength] + "…" : text)}";
    }

    /// <summary>The message in {"error":{"message":…}}, {"error":…}, {"detail":…} or {"message":…}; else the text itself.</summary>
    private static string? Message(string? body)
    {
        if (string.IsNullOrWhiteSpace(body)) return null;
        try
        {
            var root = JsonElement.Parse(body);
            if (root.ValueKind != JsonValueKind.Object) return null;
            foreach (var name in new[] { "error", "detail", "message" })
            {
                if (!root.TryGetProperty(name, out var value)) continue;
                if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("message", out var message)) value = message;
                if (value.ValueKind == JsonValueKind.String) return value.GetString();
            }
            return null;
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private const int QuoteLength = 200;
}
