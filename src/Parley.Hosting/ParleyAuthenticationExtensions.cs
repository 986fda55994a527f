using Microsoft.AspNetCore.Authentication;
using Parley.Hosting.Access;

namespace Parley.Hosting;

/// <summary>Parley's client tokens among an application's ways to sign in.</summary>
public static class ParleyAuthenticationExtensions
{
    /// <summary>The scheme of <see cref="AddParleyClientSecrets"/>.</summary>
    public const string ClientSecretScheme = "ParleyClientSecret";

    /// <summary>
    /// Lets the holder of an <c>ek_…</c> token through <c>MapRealtime().RequireAuthorization(…)</c>, by a policy that names <see cref="ClientSecretScheme"/>
    /// beside the application's own schemes. So a page calls with a token that the application made for its user.
    /// </summary>
    public static AuthenticationBuilder AddParleyClientSecrets(this AuthenticationBuilder authentication)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        return authentication.AddScheme<AuthenticationSchemeOptions, ClientSecretScheme>(ClientSecretScheme, null);
    }
}
