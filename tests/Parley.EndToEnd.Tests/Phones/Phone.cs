using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Parley.EndToEnd.Tests.Phones;

/// <summary>
/// A phone in a process of its own, controlled by lines of JSON: <c>stacks/phone.mjs</c> says which. One call at a time.
/// </summary>
internal sealed class Phone : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly PhoneKind _kind;
    private readonly Process _process;
    private readonly Channel<JsonElement> _told = Channel.CreateUnbounded<JsonElement>();
    private readonly List<string> _printed = [];

    private Phone(PhoneKind kind, Process process)
    {
        _kind = kind;
        _process = process;
    }

    /// <summary>The stack's version as it says itself.</summary>
    public string Version { get; private set; } = "";

    /// <summary>What the stack calls itself.</summary>
    public string Stack { get; private set; } = "";

    public static async Task<Phone> StartAsync(PhoneKind kind, Uri server)
    {
        var start = new ProcessStartInfo(kind.Program, kind.IsBrowser ? [.. kind.Arguments, "--url", server.ToString()] : kind.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.Combine(Checkout.Root, "tests", "Parley.EndToEnd.Tests", kind.Folder),
        };
        var process = ChildProcess.Start(start);
        var phone = new Phone(kind, process);
        process.ErrorDataReceived += (_, e) => phone.Note(e.Data);
        process.BeginErrorReadLine();
        _ = phone.ReadAsync();
        var ready = (await phone.UntilAsync("ready", StartLimit)).GetProperty("ready");
        phone.Stack = ready.GetProperty("stack").GetString()!;
        phone.Version = ready.GetProperty("version").GetString()!;
        return phone;
    }

    /// <summary>Ends the call before, if any, and offers a new one.</summary>
    public async Task<string> OfferAsync(bool video = false)
    {
        await CommandAsync(new JsonObject { ["do"] = "offer", ["video"] = video });
        return (await UntilAsync("offer")).GetProperty("offer").GetString()!;
    }

    /// <summary>Offers the call that runs anew, with other ICE credentials.</summary>
    public async Task<string> RestartAsync()
    {
        await CommandAsync(new JsonObject { ["do"] = "restart" });
        return (await UntilAsync("offer")).GetProperty("offer").GetString()!;
    }

    public async Task AnswerAsync(string sdp)
    {
        await CommandAsync(new JsonObject { ["do"] = "answer", ["sdp"] = sdp });
        await UntilAsync("answered");
    }

    /// <summary>Sends a client event on the data channel.</summary>
    public Task SendAsync(string json) => CommandAsync(new JsonObject { ["do"] = "send", ["text"] = json });

    /// <summary>Says it all, then returns.</summary>
    public async Task SayAsync(Phrase phrase)
    {
        await CommandAsync(new JsonObject { ["do"] = "say", ["pcm"] = phrase.Pcm, ["opus"] = new JsonArray([.. phrase.Opus.Select(packet => JsonValue.Create(packet))]) });
        await UntilAsync("said");
    }

    /// <summary>What was heard since the last time.</summary>
    public async Task<SideRecording> HeardAsync()
    {
        await CommandAsync(new JsonObject { ["do"] = "heard" });
        return Phrase.ToRecording((await UntilAsync("heard")).GetProperty("heard"));
    }

    /// <summary>The next server event of this type; what comes before it is passed over.</summary>
    public async Task<JsonElement> EventAsync(string type)
    {
        while (true)
        {
            var message = (await UntilAsync("message", what: type)).GetProperty("message");
            if (message.GetProperty("type").GetString() == type) return message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            try
            {
                await CommandAsync(new JsonObject { ["do"] = "end" });
                await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Limit, CancellationToken.None);
            }
            catch (Exception exception) when (exception is TimeoutException or IOException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        _process.Dispose();
    }

    private async Task CommandAsync(JsonObject command)
    {
        await _process.StandardInput.WriteLineAsync(command.ToJsonString());
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>The next line that has this property; others are passed over, but a fault ends the wait.</summary>
    private async Task<JsonElement> UntilAsync(string property, TimeSpan? limit = null, string? what = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(limit ?? Limit);
        try
        {
            while (true)
            {
                var line = await _told.Reader.ReadAsync(deadline.Token);
                if (line.TryGetProperty(property, out _)) return line;
                if (line.TryGetProperty("fault", out var fault)) throw new InvalidOperationException($"{_kind.Name}, waiting for {what ?? property}: {fault}");
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{_kind.Name}: no {what ?? property}.\n{Noted()}");
        }
        catch (ChannelClosedException)
        {
            throw new InvalidOperationException($"{_kind.Name} ended, waiting for {what ?? property}.\n{Noted()}");
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                // What a native library prints beside is not for us.
                if (!line.StartsWith('{')) continue;
                using var json = JsonDocument.Parse(line);
                _told.Writer.TryWrite(json.RootElement.Clone());
            }
        }
        finally
        {
            _told.Writer.TryComplete();
        }
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_printed) _printed.Add(line);
    }

    private string Noted()
    {
        lock (_printed) return string.Join('\n', _printed);
    }
}
