using Parley.Rtc.Stun;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Stun;

[Collection(AllocationTestCollection.Name)]
public sealed class StunUsernameTests
{
    private static readonly byte[] TransactionId = new byte[12];

    [Fact]
    public void The_part_before_the_colon_is_the_servers_ufrag()
    {
        Assert.True(StunUsername.TryReadServerUfrag(Rfc5769VectorTests.Request, out var ufrag));
        Assert.Equal("evtj"u8, ufrag);
    }

    [Theory]
    [InlineData("nocolon")]
    [InlineData(":client")]
    [InlineData("")]
    public void A_name_without_a_servers_part_gives_nothing(string username)
    {
        var buffer = new byte[StunWriter.MaxMessageLength];
        var writer = new StunWriter(buffer, StunMessageType.BindingRequest, TransactionId);
        writer.AddUsername(System.Text.Encoding.ASCII.GetBytes(username));
        Assert.False(StunUsername.TryReadServerUfrag(buffer.AsSpan(0, writer.Finish()), out _));
    }

    [Fact]
    public void A_response_gives_nothing()
    {
        var buffer = new byte[StunWriter.MaxMessageLength];
        var writer = new StunWriter(buffer, StunMessageType.BindingSuccess, TransactionId);
        writer.AddUsername("server:client"u8);
        Assert.False(StunUsername.TryReadServerUfrag(buffer.AsSpan(0, writer.Finish()), out _));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        StunUsername.TryReadServerUfrag(Rfc5769VectorTests.Request, out _);
        var allocated = AllocationMeter.Start();
        for (var i = 0; i < 1000; i++) StunUsername.TryReadServerUfrag(Rfc5769VectorTests.Request, out _);
        Assert.Equal(0, allocated.Bytes);
    }
}
