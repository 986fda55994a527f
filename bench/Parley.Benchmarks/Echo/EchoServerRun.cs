using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Parley.Benchmarks.Echo.Sockets;
using Parley.Net;
using Parley.Rtc.Dtls;

namespace Parley.Benchmarks.Echo;

/// <summary>The live server on one core with callers on another; calls are set up one after the other and stay.</summary>
internal sealed class EchoServerRun : IAsyncDisposable
{
    private static readonly TimeSpan SetUpLimit = TimeSpan.FromSeconds(20);

    private readonly PinnedProcess _server;
    private readonly HttpClient _client;
    private readonly ManyAddressPort _port;
    private readonly MonotonicClock _clock = new(TimeProvider.System);
    private readonly DtlsCertificate _certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
    private readonly List<EchoCaller> _callers = [];
    private readonly FrameTally _tally = new();
    private readonly FlowLoop _loop;

    private EchoServerRun(PinnedProcess server)
    {
        _server = server;
        using var ready = JsonDocument.Parse(server.FirstLine);
        _client = new HttpClient { BaseAddress = new UriBuilder(ready.RootElement.GetProperty("url").GetString()!) { Host = "127.0.0.1" }.Uri };
        _port = new ManyAddressPort(ready.RootElement.GetProperty("udp_port").GetInt32());
        _loop = new FlowLoop(_port, _clock) { IsSending = true };
    }

    public int Calls => _callers.Count;

    public long ResidentBytes => _server.ResidentBytes;

    public static async Task<EchoServerRun> StartAsync(int core, int maxCalls)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", "Parley.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "parley.dll");
        return new EchoServerRun(await PinnedProcess.StartAsync(
            core, Path.GetFullPath(program), "serve", "--agent", "echo", "--max-calls", $"{maxCalls}", "--port", "0", "--udp-port", "0",
            "--udp-listen", $"{IPAddress.Loopback}", "--json"));
    }

    /// <summary>Sets one call up; the time from the offer's way out to the first frame that is back.</summary>
    public async Task<TimeSpan> CallAsync(CancellationToken cancellationToken)
    {
        var caller = new EchoCaller(
            _certificate, _port.AddressOf(_callers.Count), _port.ServerAddress, _tally, SystemRandomSource.Instance, _clock.Now);
        _callers.Add(caller);
        var began = _clock.Now;
        using var offer = new StringContent(caller.Offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));
        using var response = await _client.PostAsync("v1/realtime/calls", offer, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.Created) throw new BenchmarkException($"The server refused call {Calls}: {answer}");
        await _loop.AddAsync(caller, now => caller.Accept(answer, now));
        try
        {
            return await caller.FirstMedia.WaitAsync(SetUpLimit, cancellationToken) - began;
        }
        catch (TimeoutException)
        {
            throw new BenchmarkException(
                $"No frame of call {Calls} came back within {SetUpLimit.TotalSeconds:0} s. {caller}. {await _client.GetStringAsync("healthz", cancellationToken)}");
        }
    }

    public Task<SteadyRun> MeasureAsync(TimeSpan length, CancellationToken cancellationToken) =>
        SteadyRun.MeasureAsync(_server, _loop, _tally, Calls, length, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _loop.Dispose();
        foreach (var caller in _callers) caller.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
        _port.Dispose();
        _certificate.Dispose();
    }
}
