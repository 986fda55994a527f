// What you say comes back: a test of microphones, networks and firewalls, without any model.
using Parley.Hosting;
using Parley.Hosting.Configuration;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddParley(parley =>
{
    parley.Bind(builder.Configuration.GetSection("Parley"));
    parley.Server = parley.Server with { Agent = AgentKind.Echo };
});

var app = builder.Build();
app.MapRealtime();
app.Run();
