namespace Parley.Relay.Tests;

/// <summary>A whole relay on loopback that is told to stop.</summary>
public sealed class DrainingRelayTests
{
    [Fact]
    public async Task New_clients_are_refused_while_the_old_ones_go_on_until_nobody_waits_any_longer()
    {
        using var relay = new LoopbackRelay();
        using var client = relay.Connect();
        client.Send(ClientCheck.Create(relay.Seal()));
        var (inner, ingress, packets) = relay.Transceiver.Receive();
        await relay.UntilAsync("parley_relay_flows{worker=\"0\"}", 1);

        relay.Server.RequestStop();
        var end = new Thread(relay.Server.WaitForEnd);
        end.Start();
        await relay.UntilAsync("parley_relay_ready", 0);
        using var late = relay.Connect();
        late.Send(ClientCheck.Create(relay.Seal()));
        await relay.UntilAsync("parley_relay_first_packets_total{reason=\"draining\"}", 1);

        relay.Transceiver.Send(inner, ingress, packets[0].Client, [22, 1]);
        Assert.Equal(2, client.Receive(new byte[100]));
        client.Send([22, 7]);
        Assert.Equal([22, 7], Assert.Single(relay.Transceiver.Receive().Packets).Payload);

        relay.Server.RequestStop();
        Assert.True(end.Join(LoopbackTransceiver.Hang));
        Assert.Equal(["draining 1", "ended 1"], relay.Events.Lines);
    }

    [Fact]
    public void A_relay_without_flows_ends_at_once()
    {
        using var relay = new LoopbackRelay();
        relay.Server.RequestStop();
        relay.Server.WaitForEnd();
        Assert.Equal(["ended 0"], relay.Events.Lines);
    }

    [Fact]
    public async Task A_load_balancer_is_told_to_look_elsewhere()
    {
        using var relay = new LoopbackRelay();
        using var http = new HttpClient();
        var health = new Uri($"http://{relay.Server.Addresses.Metrics}/healthz");
        Assert.True((await http.GetAsync(health, TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        relay.Server.RequestStop();
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await http.GetAsync(health, TestContext.Current.CancellationToken)).StatusCode);
    }
}
