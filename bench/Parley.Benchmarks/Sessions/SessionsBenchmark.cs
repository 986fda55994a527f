using System.Diagnostics;
using Parley.Benchmarks.Echo;
using Parley.Benchmarks.Echo.Sockets;
using Parley.Benchmarks.Results;
using Parley.Net;

namespace Parley.Benchmarks.Sessions;

/// <summary>What conversations on WebSockets cost, and how long an event waits for its answer while there are many.</summary>
internal sealed class SessionsBenchmark : IBenchmark
{
    /// <summary>Sessions that are there before memory is measured: what all share is made by them.</summary>
    private const int WarmUpSessions = 30;

    private const string Text = "Good evening. Could you tell me what time it is, please, and whether the last train to the coast has left already?";

    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(4);

    private int _sessions = 300;
    private TimeSpan _length = TimeSpan.FromSeconds(10);

    public string Name => "sessions";

    public string Summary => "conversations on WebSockets with instant models: delay of events, processor time and memory for each";

    public string Usage => "[--sessions N] [--seconds S]   N conversations at once [300]; S seconds of measurement [10]";

    public IReadOnlyList<string> Notes =>
    [
        "The server on one core, with models that take no time; its clients on another. Each client sends 100 ms of speech, PCM at 24 kHz, ten times a second (the speech",
        "detector hears it), a session.update each second, and every 4 s commits, asks for a reply and gets 2 s of speech at once. event-latency: from the client's",
        "session.update, commit or response.create to the server's session.updated, committed or response.created, by the client's clock; both ends' waits are in it.",
        $"memory.connected: growth of the resident set from the first {WarmUpSessions} sessions, which bring what all share, to all, before a word was said; memory.talking: from",
        "then to the end, with the sound that each session keeps of what was said (up to 2 MiB) and what the garbage collector has not yet given back.",
    ];

    public bool TryConfigure(IReadOnlyList<string> options) => NumberOption.TrySet(options,
        new("--sessions", WarmUpSessions + 1, 5000, sessions => _sessions = sessions),
        new("--seconds", 1, 600, seconds => _length = TimeSpan.FromSeconds(seconds)));

    public async Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("Pinning processes to cores is for Linux.");
        var appends = SessionClient.AppendsOf(await SpokenText.SpeakAsync(Text, cancellationToken));
        var (serverCore, clientCore) = Cores.Two("the server", "its clients");
        await using var server = await PinnedProcess.StartAsync(serverCore, typeof(SessionsServer).Assembly.Location, SessionsServer.Verb, $"{_sessions}");
        Cores.PinProcess(clientCore);
        var url = new UriBuilder(server.FirstLine) { Scheme = "ws", Path = "/v1/realtime", Query = "model=parley" }.Uri;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (tally, clock) = (new FrameTally(), new MonotonicClock(TimeProvider.System));
        var clients = new List<SessionClient>();
        try
        {
            while (clients.Count < WarmUpSessions) await AddAsync();
            var warmBytes = server.ResidentBytes;
            while (clients.Count < _sessions) await AddAsync();
            var connectedBytes = server.ResidentBytes;
            var talking = clients.Select((client, i) => client.TalkAsync(TurnTime * i / _sessions)).ToList();
            await Task.Delay(SettleTime, cancellationToken);

            lock (tally) tally.Clear();
            var replies = clients.Sum(client => client.Replies);
            using var self = Process.GetCurrentProcess();
            var (before, clientsBefore, began) = (server.ProcessorUse, self.TotalProcessorTime, Stopwatch.GetTimestamp());
            await Task.Delay(_length, cancellationToken);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var use = server.ProcessorUse - before;
            self.Refresh();
            var clientShare = (self.TotalProcessorTime - clientsBefore).TotalSeconds / seconds;
            var talkingBytes = server.ResidentBytes;
            replies = clients.Sum(client => client.Replies) - replies;
            if (clients.Sum(client => client.Errors) is > 0 and var errors) throw new BenchmarkException($"The server answered {errors} events with an error.");
            await stop.CancelAsync();
            await Task.WhenAll(talking);
            lock (tally)
            {
                return
                [
                    new($"sessions-{_sessions}.event-latency.p50", tally.Quantile(0.5), "ms"),
                    new($"sessions-{_sessions}.event-latency.p99", tally.Quantile(0.99), "ms", Goal: Goal.AtMost(20)),
                    new($"sessions-{_sessions}.event-latency.p99.9", tally.Quantile(0.999), "ms"),
                    new($"sessions-{_sessions}.cpu", use.Total.TotalMilliseconds / _sessions / seconds, "ms/session-second"),
                    new($"sessions-{_sessions}.cpu.kernel", use.Kernel.TotalMilliseconds / _sessions / seconds, "ms/session-second"),
                    new($"sessions-{_sessions}.server.core", use.Total.TotalSeconds / seconds, "of a core"),
                    new($"sessions-{_sessions}.clients.core", clientShare, "of a core"),
                    new($"sessions-{_sessions}.replies", replies / seconds, "a second"),
                    new($"sessions-{_sessions}.memory.connected", (connectedBytes - warmBytes) / 1024.0 / (_sessions - WarmUpSessions), "KiB/session"),
                    new($"sessions-{_sessions}.memory.talking", (talkingBytes - connectedBytes) / 1024.0 / _sessions, "KiB/session"),
                ];
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var client in clients) client.Dispose();
        }

        async Task AddAsync()
        {
            var client = new SessionClient(appends, tally, clock, stop.Token);
            clients.Add(client);
            await client.ConnectAsync(url);
        }
    }
}
