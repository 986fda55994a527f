using Parley.Net.Forwarding;
using Parley.Net.Tcp;
using Parley.Relay.Configuration;
using Parley.Relay.Fleet;
using Parley.Relay.Keys;
using Parley.Relay.Metrics;

namespace Parley.Relay;

/// <summary>The figures of a relay.</summary>
internal sealed class RelayReport(FleetFile fleet, KeysFile keys, RelayWorkers workers, Func<bool> isStopping) : IRelayReport
{
    public bool IsReady => !isStopping();

    public void Write(PrometheusWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Gauge("parley_relay_ready", "1 while new flows are taken, 0 while draining.");
        writer.Sample(IsReady ? 1 : 0);
        WriteFiles(writer);
        WriteFlows(writer);
        var forwarders = workers.Forwarders;
        writer.Reasons("parley_relay_first_packets_total", "Packets of addresses without a flow, by what became of them.", workers.FirstPackets);
        writer.Reasons("parley_relay_forwarding_total", "Packets, bytes and datagrams forwarded, flows begun and ended, drops, by kind.", [.. forwarders.Select(each => each.Counters)]);
        writer.Reasons("parley_relay_inner_datagrams_total", "Datagrams of transceivers, by how they could be read.", [.. forwarders.Select(each => each.InnerCounters)]);
        CounterTable<TcpCounter>[] tcp = [.. forwarders.Select(each => each.TcpCounters).OfType<CounterTable<TcpCounter>>()];
        if (tcp.Length > 0) writer.Reasons("parley_relay_tcp_total", "Frames of TCP clients, and how their connections began and ended, by kind.", tcp);
        writer.Counter("parley_relay_kernel_drops_total", "Datagrams that the kernel dropped because a worker did not take them in time.");
        writer.Sample(forwarders.Sum(each => each.KernelDrops));
    }

    private void WriteFiles(PrometheusWriter writer)
    {
        writer.Gauge("parley_relay_transceivers", "Transceivers that the fleet file names.");
        writer.Sample(fleet.Current.Nodes.Count);
        writer.Counter("parley_relay_file_reloads_total", "Changes of the fleet file and the keys file that were taken over.");
        WriteFileSamples(writer, reloads => reloads.Taken);
        writer.Counter("parley_relay_file_refusals_total", "Changes of these files that could not be used.");
        WriteFileSamples(writer, reloads => reloads.Refused);
    }

    private void WriteFileSamples(PrometheusWriter writer, Func<FileReloads, long> count)
    {
        writer.Sample("file", "fleet", count(fleet.Reloads));
        writer.Sample("file", "keys", count(keys.Reloads));
    }

    private void WriteFlows(PrometheusWriter writer)
    {
        writer.Gauge("parley_relay_flows", "Flows, by worker.");
        WriteByWorker(writer, forwarder => forwarder.FlowCount);
        writer.Gauge("parley_relay_unconfirmed_flows", "Flows that no transceiver has answered yet, by worker.");
        WriteByWorker(writer, forwarder => forwarder.UnconfirmedFlowCount);
        writer.Gauge("parley_relay_tcp_connections", "TCP connections that are open.");
        writer.Sample(workers.TcpConnectionCount);
    }

    private void WriteByWorker(PrometheusWriter writer, Func<Forwarder, double> value)
    {
        foreach (var forwarder in workers.Forwarders)
            writer.Sample("worker", forwarder.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), value(forwarder));
    }
}
