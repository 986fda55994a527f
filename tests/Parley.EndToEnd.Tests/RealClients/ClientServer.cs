namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>Two servers for all clients, the second over TLS. Both ask for an API key; the scripted model answers in both.</summary>
public sealed class ClientServer : IAsyncLifetime
{
    internal const string Key = "sk-parley-client-tests";

    private ScriptedModel _model = null!;
    private string _config = "";

    internal ParleyServer Plain { get; private set; } = null!;

    internal ParleyServer Secure { get; private set; } = null!;

    /// <summary>An MCP server that both servers may call.</summary>
    internal ScriptedTools Tools { get; private set; } = null!;

    /// <summary>What clients of <see cref="Secure"/> trust.</summary>
    internal TestCertificate Certificate { get; } = TestCertificate.Create();

    public async ValueTask InitializeAsync()
    {
        _model = await ScriptedModel.StartAsync();
        Tools = await ScriptedTools.StartAsync();
        _config = Checkout.Artifact("client-tests.json");
        await File.WriteAllTextAsync(_config, $$"""{ "mcp": { "allowedHosts": ["{{Tools.Url.Authority}}"] } }""");
        Plain = await StartAsync();
        Secure = await StartAsync("--tls-cert", Certificate.CertificatePath, "--tls-key", Certificate.KeyPath);
    }

    public async ValueTask DisposeAsync()
    {
        await Secure.DisposeAsync();
        await Plain.DisposeAsync();
        await Tools.DisposeAsync();
        await _model.DisposeAsync();
    }

    private Task<ParleyServer> StartAsync(params string[] options) => ParleyServer.StartAsync(
        new Dictionary<string, string> { ["PARLEY_API_KEYS"] = Key }, ["--config", _config, "--chat-url", _model.Url, "--chat-model", "scripted", .. options]);
}
