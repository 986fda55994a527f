using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Speech;

namespace Parley.Hosting.Tests;

/// <summary>Parley in somebody else's ASP.NET Core application.</summary>
public sealed class EmbeddingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_models_and_tools_of_the_container_are_those_of_the_calls()
    {
        var (chat, common) = (new NoChat(), new NoChat());
        await using var app = Build(builder =>
        {
            builder.Services.AddSingleton<IChatClient>(common);
            builder.Services.AddKeyedSingleton<IChatClient>("support", chat);
            builder.Services.AddSingleton<IRecognizer, NoRecognizer>();
            builder.Services.AddSingleton<ISynthesizer, NoSynthesizer>();
            builder.Services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => 42, "answer"));
        }, parley => parley.AddModel("support"));
        var models = app.Services.GetRequiredService<ModelCatalog>();
        Assert.Same(chat, models.For("support")!.Chat);
        Assert.Same(common, models.For("gpt-realtime")!.Chat);
        Assert.IsType<NoSynthesizer>(models.For("support")!.Synthesizer);
        Assert.Equal("answer", Assert.Single(models.For("parley")!.Tools).Name);
        Assert.Equal(["parley", "support"], models.Names);
    }

    [Fact]
    [Shows(ApiPart.Endpoint, "CORS, with Location exposed")]
    public async Task The_endpoints_need_no_middleware_of_the_application()
    {
        await using var app = await StartAsync(Build());
        using var client = app.GetTestClient();
        using var refused = await client.PostAsync("/v1/realtime/client_secrets", new StringContent("{", Encoding.UTF8, "application/json"), Cancellation);
        Assert.Contains("invalid_json", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using var foreign = await SendAsync(client, HttpMethod.Post, "/v1/realtime/calls", headers => headers.Add("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var preflight = await SendAsync(client, HttpMethod.Options, "/v1/realtime/calls", headers =>
        {
            headers.Add("Origin", "https://app.example");
            headers.Add("Access-Control-Request-Method", "POST");
            headers.Add("Access-Control-Request-Headers", "authorization,content-type,x-openai-agents-sdk,openai-safety-identifier");
        });
        Assert.Equal("https://app.example", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("x-openai-agents-sdk", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);
        using var allowed = await SendAsync(client, HttpMethod.Get, "/v1/models", headers => headers.Add("Origin", "https://app.example"));
        Assert.Contains("Location", Assert.Single(allowed.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
        // The application's own paths are its own.
        using var own = await SendAsync(client, HttpMethod.Get, "/v1/own", headers => headers.Add("Origin", "https://evil.example"));
        Assert.Equal("own", await own.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task The_applications_own_authorization_guards_all_endpoints_but_the_preflight()
    {
        await using var app = await StartAsync(BuildAuthorized());
        using var client = app.GetTestClient();
        using var without = await SendAsync(client, HttpMethod.Get, "/v1/models");
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        using var with = await SendAsync(client, HttpMethod.Get, "/v1/models", headers => headers.Authorization = new AuthenticationHeaderValue("Test", "anna"));
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        using var preflight = await SendAsync(client, HttpMethod.Options, "/v1/realtime/calls");
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
    }

    [Fact]
    public async Task A_token_that_the_application_made_passes_its_authorization_where_that_names_the_scheme()
    {
        var schemes = $"Test,{ParleyAuthenticationExtensions.ClientSecretScheme}";
        await using var app = await StartAsync(BuildAuthorized(
            map: app => app.MapRealtime("/v1").RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = schemes })));
        using var client = app.GetTestClient();
        using var made = await SendAsync(client, HttpMethod.Post, "/v1/realtime/client_secrets", headers => headers.Authorization = new AuthenticationHeaderValue("Test", "anna"));
        var token = JsonElement.Parse(await made.Content.ReadAsStringAsync(Cancellation)).GetProperty("value").GetString();
        using var with = await SendAsync(client, HttpMethod.Get, "/v1/models", headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", token));
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        using var changed = await SendAsync(client, HttpMethod.Get, "/v1/models", headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", token + "AAAA"));
        Assert.Equal(HttpStatusCode.Unauthorized, changed.StatusCode);
        // It calls; tokens are made by those alone who have signed in.
        using var another = await SendAsync(client, HttpMethod.Post, "/v1/realtime/client_secrets", headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", token));
        Assert.Equal(HttpStatusCode.Unauthorized, another.StatusCode);
    }

    [Fact]
    public async Task A_host_name_of_the_application_needs_no_mention_where_credentials_are_asked_for()
    {
        await using var open = await StartAsync(Build());
        using var stranger = open.GetTestClient();
        using var rebound = await stranger.GetAsync(new Uri("http://voice.example/v1/models"), Cancellation);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, rebound.StatusCode);
        await using var keyed = await StartAsync(Build(configure: parley => parley.Server = parley.Server with
        {
            Keys = [new KeyOptions { Name = "a", Hash = KeyHash.Of("pk_0123456789abcdef0123").ToString() }],
        }));
        using var client = keyed.GetTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "pk_0123456789abcdef0123");
        using var known = await client.GetAsync(new Uri("http://voice.example/v1/models"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Fact]
    public async Task An_application_that_others_reach_and_that_asks_for_nothing_does_not_start()
    {
        await using var open = Build(listen: "http://0.0.0.0:0");
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => open.StartAsync(Cancellation));
        Assert.Contains("RequireAuthorization", exception.Message, StringComparison.Ordinal);

        await using var guarded = BuildAuthorized(listen: "http://0.0.0.0:0");
        await guarded.StartAsync(Cancellation);
        await using var loopback = Build(listen: "http://127.0.0.1:0");
        await loopback.StartAsync(Cancellation);
    }

    [Fact]
    public async Task The_server_itself_does_not_start_where_the_environment_opens_a_port_to_others()
    {
        var server = new ServerOptions { Port = 0, UdpListen = "127.0.0.1", UdpPort = 0, Tcp = false, Agent = AgentKind.Echo };
        await using var app = ParleyServer.Create(ParleyConfig.From(new ParleyOptions { Server = server }), ["--Kestrel:Endpoints:Other:Url=http://0.0.0.0:0"]);
        await Assert.ThrowsAsync<ConfigurationException>(() => app.StartAsync(Cancellation));
    }

    [Fact]
    public void A_section_of_the_applications_configuration_has_the_keys_of_the_file_and_no_others()
    {
        static ParleyBuilder Bind(params (string Key, string? Value)[] values) => new ParleyBuilder().Bind(
            new ConfigurationBuilder().AddInMemoryCollection(values.Select(each => KeyValuePair.Create("Parley:" + each.Key, each.Value))).Build().GetSection("Parley"));
        var parley = Bind(
            ("Server:UdpPort", "3479"), ("Server:Limits:CallsPerMinute", "5"), ("Server:Keys:0:Name", "web"), ("Server:Keys:0:Limits:ConcurrentCalls", "2"),
            ("Models:Chat:Url", "http://127.0.0.1:11434/v1"), ("Instructions", "Be brief."), ("Mcp:AllowedHosts:0", "tools.example"));
        Assert.Equal((3479, 5), (parley.Server.UdpPort, parley.Server.Limits.CallsPerMinute));
        Assert.Equal(("web", 2), (parley.Server.Keys[0].Name, parley.Server.Keys[0].Limits!.ConcurrentCalls));
        Assert.Equal(("http://127.0.0.1:11434/v1", "Be brief.", "tools.example"), (parley.Speech.Models.Chat.Url, parley.Speech.Instructions, parley.Speech.Mcp.AllowedHosts![0]));
        // What the section leaves out is as ever, and so is everyone else's: the binder once wrote limits into an object that all shared.
        Assert.Equal(new KeyLimits(), Bind().Server.Limits);
        Assert.Equal(new KeyLimits(), KeyLimits.None);
        Assert.Equal(60, Bind().Server.MaxSessionMinutes);
        Assert.Contains("UdpPrt", Assert.Throws<ConfigurationException>(() => Bind(("Server:UdpPrt", "1"))).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => Bind(("Server:UdpPort", "many")));
    }

    [Fact]
    public void What_is_missing_or_contradicts_is_told_with_what_to_do()
    {
        var bare = WebApplication.CreateSlimBuilder();
        using var app = bare.Build();
        Assert.Contains("AddParley", Assert.Throws<InvalidOperationException>(() => app.MapRealtime()).Message, StringComparison.Ordinal);
        var twice = WebApplication.CreateSlimBuilder();
        twice.Services.AddParley();
        Assert.Contains("twice", Assert.Throws<InvalidOperationException>(() => twice.Services.AddParley()).Message, StringComparison.Ordinal);
        var ports = WebApplication.CreateSlimBuilder();
        Assert.Contains("server.port", Assert.Throws<ConfigurationException>(
            () => ports.Services.AddParley(parley => parley.Server = parley.Server with { Port = 80 })).Message, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(WebApplication app)
    {
        await app.StartAsync(Cancellation);
        return app;
    }

    private static WebApplication BuildAuthorized(string? listen = null, Action<WebApplication>? map = null) => Build(
        builder =>
        {
            builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, TestScheme>("Test", null).AddParleyClientSecrets();
            builder.Services.AddAuthorization();
            builder.Services.AddSingleton(new ModelSet(null!, null!, null!, []));
        },
        listen: listen, map: map ?? (app => app.MapRealtime("/v1").RequireAuthorization()));

    /// <param name="listen">Null: no socket at all.</param>
    private static WebApplication Build(
        Action<WebApplicationBuilder>? services = null, Action<ParleyBuilder>? configure = null, string? listen = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (listen is null) builder.WebHost.UseTestServer();
        else builder.WebHost.UseUrls(listen);
        // Models that are never asked, unless the test brings its own.
        if (services is null) builder.Services.AddSingleton(new ModelSet(null!, null!, null!, []));
        services?.Invoke(builder);
        builder.Services.AddParley(parley =>
        {
            parley.Server = parley.Server with { UdpListen = "127.0.0.1", UdpPort = 0, Tcp = false, Origins = ["https://app.example"] };
            configure?.Invoke(parley);
        });
        var app = builder.Build();
        (map ?? (endpoints => endpoints.MapRealtime("/v1")))(app);
        app.MapGet("/v1/own", () => "own");
        return app;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, Action<HttpRequestHeaders>? headers = null)
    {
        using var request = new HttpRequestMessage(method, path);
        headers?.Invoke(request.Headers);
        return await client.SendAsync(request, Cancellation);
    }

    private sealed class TestScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers.Authorization.ToString() is ['T', 'e', 's', 't', ' ', .. var name]
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim("name", name)], "Test")), "Test"))
                : AuthenticateResult.NoResult());
    }

    private sealed class NoChat : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class NoRecognizer : IRecognizer
    {
        public IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class NoSynthesizer : ISynthesizer
    {
        public IReadOnlyList<string> Voices => ["none"];

        public IAsyncEnumerable<SpeechFrame> SpeakAsync(string text, SynthesisOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
