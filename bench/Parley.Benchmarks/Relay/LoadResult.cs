using System.Globalization;

namespace Parley.Benchmarks.Relay;

/// <summary>What the load saw of a forwarder.</summary>
internal sealed class LoadResult
{
    private readonly Dictionary<string, double> _values;

    private LoadResult(Dictionary<string, double> values) => _values = values;

    /// <summary>Processor time of the forwarder, user and kernel, for each packet that arrived; ns.</summary>
    public double ProcessorNs => _values["cpu_ns"] / _values["packets"];

    /// <summary>Packets that arrived, each second.</summary>
    public double Rate => _values["packets"] / _values["seconds"];

    /// <summary>How much of its core the forwarder used.</summary>
    public double Share => _values["cpu_ns"] / (_values["seconds"] * 1e9);

    /// <summary>How much of its core the load used; near 1 it is the load that is measured.</summary>
    public double LoadShare => _values["own_share"];

    public double LostShare => _values["lost"] / (_values["packets"] + _values["lost"]);

    /// <summary>From the sender's clock reading to the receiver's, which is on the same thread and looks when it has sent; µs.</summary>
    public double MedianMicroseconds => _values["p50"];

    public double P99Microseconds => _values["p99"];

    public double P999Microseconds => _values["p999"];

    /// <summary>Processor time of a transceiver, in its system calls, for each packet that it receives; ns.</summary>
    public double TransceiverNs => _values["node_ns"];

    public double PacketsPerDatagram => _values["up_per_datagram"];

    public static LoadResult Parse(string line)
    {
        var values = new Dictionary<string, double>();
        foreach (var field in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (field.Split('=') is [var name, var value]) values[name] = double.Parse(value, CultureInfo.InvariantCulture);
        if (!values.TryGetValue("packets", out var packets) || packets == 0) throw new BenchmarkException($"No packet came through the forwarder: {line}");
        return new LoadResult(values);
    }
}
