using Parley.Relay.Fleet;
using Parley.Relay.Keys;
using Parley.Relay.Metrics;
using Parley.Relay.Streams;

namespace Parley.Relay;

/// <summary>The figures of a relay.</summary>
internal sealed class RelayReport(FleetFile fleet, KeysFile keys, StreamWorker? streams, Func<bool> isStopping) : IRelayReport
{
    public bool IsReady => !isStopping();

    public void Write(PrometheusWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Gauge("parley_relay_ready", "1 while new flows are taken, 0 while draining.");
        writer.Sample(IsReady ? 1 : 0);
        writer.Gauge("parley_relay_transceivers", "Transceivers that the fleet file names.");
        writer.Sample(fleet.Current.Nodes.Count);
        WriteReloads(writer);
        if (streams is not null) WriteStreams(writer, streams);
    }

    private void WriteReloads(PrometheusWriter writer)
    {
        writer.Counter("parley_relay_file_reloads_total", "Changes of the fleet file and the keys file that were taken over.");
        writer.Sample("file", "fleet", fleet.Reloads.Taken);
        writer.Sample("file", "keys", keys.Reloads.Taken);
        writer.Counter("parley_relay_file_refusals_total", "Changes of these files that could not be used.");
        writer.Sample("file", "fleet", fleet.Reloads.Refused);
        writer.Sample("file", "keys", keys.Reloads.Refused);
    }

    private static void WriteStreams(PrometheusWriter writer, StreamWorker streams)
    {
        writer.Gauge("parley_relay_tcp_connections", "TCP connections that are open.");
        writer.Sample(streams.ConnectionCount);
        writer.Gauge("parley_relay_tcp_flows", "TCP connections that lead to a transceiver.");
        writer.Sample(streams.FlowCount);
        writer.Reasons("parley_relay_tcp_first_packets_total", "First frames of TCP connections, by what became of them.", [streams.FirstPackets]);
        writer.Reasons("parley_relay_tcp_frames_total", "Frames of TCP clients, by what became of them.", [streams.Counters]);
        writer.Reasons("parley_relay_tcp_inner_datagrams_total", "Datagrams of transceivers for TCP clients, by how they could be read.", [streams.InnerCounters]);
        writer.Reasons("parley_relay_tcp_events_total", "What happened to TCP connections.", [streams.TcpCounters]);
    }
}
