using System.CommandLine;

namespace Parley.Cli.Call;

/// <summary>The options that say how a server is to be trusted, and how it is shown who calls.</summary>
internal sealed class ServerAccess
{
    private const string DefaultKeyVariable = "OPENAI_API_KEY";

    private readonly Option<string?> _key = new("--key-variable") { Description = $"Environment variable with the key of the server [default: {DefaultKeyVariable}, for openai.com alone]" };
    private readonly Option<string?> _certificate = new("--certificate-sha256") { Description = "Trust the certificate with this fingerprint and no other: that of a server with --tls-self-signed" };

    public IEnumerable<Option> All => [_key, _certificate];

    /// <summary>
    /// The key for a server. That of the default variable is OpenAI's and goes nowhere else; any other server gets one only when its
    /// variable is named.
    /// </summary>
    /// <exception cref="CallFailedException">The variable that was named is empty.</exception>
    public string? Key(ParseResult parsed, Uri server)
    {
        if (parsed.GetValue(_key) is { } named)
        {
            var key = Environment.GetEnvironmentVariable(named);
            return !string.IsNullOrWhiteSpace(key) ? key.Trim() : throw new CallFailedException($"The environment variable {named} is empty.", isMisuse: true);
        }
        var isOpenAi = (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeWss)
            && (server.Host == "openai.com" || server.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase));
        var preset = isOpenAi ? Environment.GetEnvironmentVariable(DefaultKeyVariable)?.Trim() : null;
        return string.IsNullOrEmpty(preset) ? null : preset;
    }

    /// <exception cref="CallFailedException">It is no fingerprint.</exception>
    public CertificatePin? Pin(ParseResult parsed) => parsed.GetValue(_certificate) is { } text ? CertificatePin.Parse(text) : null;
}
