using Parley.Relay.Metrics;

namespace Parley.Relay.Tests.Metrics;

public sealed class PrometheusWriterTests
{
    [Fact]
    public void Families_and_samples_are_written_as_Prometheus_reads_them()
    {
        var writer = new PrometheusWriter();
        writer.Gauge("parley_relay_flows", "Flows that there are.");
        writer.Sample(12);
        writer.Gauge("parley_build_info", "Backslash \\ and\nline.");
        writer.Sample("version", "0.1 \"a\"\n\\", 1);
        Assert.Equal(
            "# HELP parley_relay_flows Flows that there are.\n# TYPE parley_relay_flows gauge\nparley_relay_flows 12\n"
            + "# HELP parley_build_info Backslash \\\\ and\\nline.\n# TYPE parley_build_info gauge\nparley_build_info{version=\"0.1 \\\"a\\\"\\n\\\\\"} 1\n",
            writer.ToString());
    }

    [Fact]
    public void Reasons_are_summed_over_workers_and_stand_there_before_they_happen()
    {
        var (first, second) = (new CounterTable<Reason>(), new CounterTable<Reason>());
        first.Increment(Reason.RouteForged);
        second.Add(Reason.RouteForged, 2);
        var writer = new PrometheusWriter();
        writer.Reasons("parley_relay_first_packets_total", "By outcome.", [first, second]);
        Assert.EndsWith(
            "parley_relay_first_packets_total{reason=\"routed\"} 0\nparley_relay_first_packets_total{reason=\"route_forged\"} 3\n",
            writer.ToString(), StringComparison.Ordinal);
    }

    private enum Reason
    {
        Routed,
        RouteForged,
    }
}
