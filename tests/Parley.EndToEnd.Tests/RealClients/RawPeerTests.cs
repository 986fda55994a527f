namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>A program that speaks the API by itself, over WebRTC.</summary>
[Collection(ClientServerGroup.Name)]
public sealed class RawPeerTests(ClientServer server)
{
    [Fact]
    [Shows(ApiPart.Endpoint, "POST /v1/realtime/calls?dcid=", "POST /v1/realtime/calls?model=", "POST /v1/realtime/calls?resume=")]
    public async Task A_session_goes_on_in_another_call_on_a_channel_that_both_sides_know_beforehand()
    {
        var report = await ClientProgram.RunAsync("raw-peer.mjs", server.Plain.Url, 48_000);
        await report.AssertReadAsync();
        var sessions = report.Root.GetProperty("sessions").EnumerateArray().Select(id => id.GetString()).ToList();
        Assert.StartsWith("sess_", sessions[0], StringComparison.Ordinal);
        Assert.Equal(sessions[0], sessions[1]);
        Assert.Equal("Remember me.", report.Root.GetProperty("retrieved").GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("You said: Remember me.", report.Root.GetProperty("answer").GetString());
    }
}
