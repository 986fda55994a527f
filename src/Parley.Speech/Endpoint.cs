namespace Parley.Speech;

/// <summary>An address of a model's server, as it may be shown.</summary>
internal static class Endpoint
{
    /// <summary>Scheme, host, port and path; never user names, passwords or query strings, which may hold keys.</summary>
    public static string Describe(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
