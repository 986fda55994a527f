using System.Globalization;
using Parley.Relay;
using Parley.Relay.Configuration;

namespace Parley.Transceiver.Tests.Relayed;

/// <summary>A whole relay as <c>parley relay</c> runs it, in this process.</summary>
internal sealed class RunningRelay(RelayOptions options) : IDisposable
{
    private readonly RelayServer _server = RelayServer.Start(RelayConfig.From(options), TimeProvider.System, new Silent());

    public RelayAddresses Addresses => _server.Addresses;

    public int FlowCount => _server.FlowCount;

    /// <summary>A figure of the forwarding, as /metrics has it.</summary>
    public async Task<long> CountAsync(string kind)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{Addresses.Metrics}/metrics"), TestContext.Current.CancellationToken);
        var sample = $$"""parley_relay_forwarding_total{reason="{{kind}}"} """;
        return long.Parse(text.Split('\n').Single(line => line.StartsWith(sample, StringComparison.Ordinal))[sample.Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>As a process that is killed and started again: nothing is taken along but the ports.</summary>
    public RunningRelay Restart()
    {
        var again = options with
        {
            Listen = Addresses.Udp.ToString(),
            Tcp = Addresses.Tcp!.ToString(),
            Inner = Addresses.Inner[0].ToString(),
        };
        Dispose();
        return new RunningRelay(again);
    }

    public void Dispose() => _server.Dispose();

    private sealed class Silent : IRelayEvents
    {
        public void FileReloaded(FileReload reload)
        {
        }

        public void Draining(int flows, TimeSpan timeout)
        {
        }

        public void Ended(int flowsCut)
        {
        }
    }
}
