using Parley.Net.Forwarding;
using Parley.Simulation;

namespace Parley.Net.Tests.Forwarding;

/// <summary>A flow table with two transceivers, on a time that the test moves.</summary>
internal sealed class FlowRig
{
    public FlowRig(int maxFlows = 64)
    {
        Table = new FlowTable(new FlowLimits { MaxFlows = maxFlows }, Nodes, new SeededRandom(11));
        Assert.True(Nodes.TryEnter(TransportAddress.FromIPv4(0x0A000001, 4000), out var first));
        Assert.True(Nodes.TryEnter(TransportAddress.FromIPv4(0x0A000002, 4000), out var second));
        (First, Second) = (first, second);
    }

    public NodeTable Nodes { get; } = new();

    public FlowTable Table { get; }

    public int First { get; }

    public int Second { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(123_456);

    public static TransportAddress Client(int number, byte network = 1) => TransportAddress.FromIPv4(0xC6000000u + (network * 256u) + (uint)(number & 0xFF), (ushort)(1000 + number));

    public int Add(int client, byte network = 1) => Table.Add(Client(client, network), First, Now);

    public void Pass(TimeSpan time)
    {
        for (var end = Now + time; Now < end;)
        {
            Now += TimeSpan.FromMilliseconds(500);
            // It may leave some for the next call.
            while (Table.NextDeadline <= Now) Table.HandleTimeout(Now);
        }
    }

    public void PassSeconds(double seconds) => Pass(TimeSpan.FromSeconds(seconds));
}
