using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Parley.Hosting.Access;

/// <summary>Takes <c>ek_…</c> tokens for an application's own authorization, and leaves every other credential to its other schemes.</summary>
internal sealed class ClientSecretScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Admission admission)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Admission.HasClientSecret(Request)) return Task.FromResult(AuthenticateResult.NoResult());
        if (!admission.TryIdentify(Request, out var caller, out var refusal)) return Task.FromResult(AuthenticateResult.Fail(refusal.Error.Message));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller.SafetyIdentifier?.Reveal() ?? caller.Key.Name)], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }
}
