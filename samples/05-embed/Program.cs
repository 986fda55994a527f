// Voice within an application that you have: its own pages, its own sign-in, and calls for those alone who have signed in.
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.AI;
using Parley.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookies =>
{
    // Programs are told by a status, not sent to a page.
    cookies.Events.OnRedirectToLogin = context =>
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    };
});
builder.Services.AddAuthorization();

// "support" is a model that clients may ask for by ?model=support; every other name gets the common one.
builder.Services.AddKeyedSingleton<AIFunction>("support", AIFunctionFactory.Create((string order) => $"Order {order} is on its way.", "find_order"));
builder.Services.AddParley(parley =>
{
    parley.Bind(builder.Configuration.GetSection("Parley"));
    parley.AddModel("support");
});

var app = builder.Build();
app.MapGet("/", () => Results.Content("<h1>The shop</h1>", "text/html"));
app.MapPost("/sign-in/{name}", (string name) => Results.SignIn(
    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], CookieAuthenticationDefaults.AuthenticationScheme))));
app.MapRealtime("/voice").RequireAuthorization();
app.Run();
