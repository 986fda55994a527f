namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>One server for all clients: it asks for an API key, and the scripted model answers in it.</summary>
public sealed class ClientServer : IAsyncLifetime
{
    internal const string Key = "sk-parley-client-tests";

    private ScriptedModel _model = null!;

    internal ParleyServer Running { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _model = await ScriptedModel.StartAsync();
        Running = await ParleyServer.StartAsync(
            new Dictionary<string, string> { ["PARLEY_API_KEYS"] = Key }, "--chat-url", _model.Url, "--chat-model", "scripted");
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        await _model.DisposeAsync();
    }
}
