using Parley.Rtc.Ice;
using Parley.Rtc.Stun;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Ice;

[Collection(AllocationTestCollection.Name)]
public sealed class IceLiteTests : IDisposable
{
    private const string Password = "local-password+22chars";
    private static readonly TransportAddress Client = TransportAddress.FromIPv4(0x7F000001, 5000);
    private static readonly TransportAddress Other = TransportAddress.FromIPv4(0x7F000001, 5001);
    private static readonly Instant Start = new(0);
    private readonly IceAgent _agent = new(IceMode.Lite, new IceCredentials("srv1", Password), TimeSpan.FromSeconds(30), new SeededRandom(1));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_valid_check_is_answered_and_validates_its_path(bool useCandidate)
    {
        var response = Handle(new CheckMessage { UseCandidate = useCandidate }, Client);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(response, out var message));
        Assert.Equal(StunMessageType.BindingSuccess, message.Type);
        Assert.Equal(Client, message.XorMappedAddress);
        using var integrity = new StunIntegrity(Password);
        Assert.True(integrity.Verify(message));
        Assert.True(message.HasFingerprint);
        Assert.Equal(Client, _agent.Paths.Selected);
    }

    [Fact]
    public void The_remotes_half_of_the_name_does_not_matter() =>
        Assert.NotEmpty(Handle(new CheckMessage { Username = "srv1:whoever" }, Client));

    [Theory]
    [InlineData("srv2:cli", IceCounter.WrongUsername)]
    [InlineData("srv1", IceCounter.WrongUsername)]
    [InlineData(null, IceCounter.MissingCredentials)]
    public void Another_name_is_refused_and_validates_nothing(string? username, IceCounter reason)
    {
        var response = Handle(new CheckMessage { Username = username }, Client);
        Assert.Equal(StunMessageType.BindingError, TypeOf(response));
        Assert.Equal(1, _agent.Counters[reason]);
        Assert.False(_agent.Paths.HasSelected);
    }

    [Fact]
    public void A_wrong_password_is_refused_with_401_without_our_integrity()
    {
        var response = Handle(new CheckMessage { Password = "another-password-22chr" }, Client);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(response, out var message));
        Assert.Equal((401, 0), (message.ErrorCode, message.IntegrityOffset));
        Assert.False(_agent.Paths.IsKnown(Client));
    }

    [Fact]
    public void An_unknown_attribute_that_must_be_understood_is_refused_with_420()
    {
        var response = Handle(new CheckMessage { HasUnknownAttribute = true }, Client);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(response, out var message));
        Assert.Equal(420, message.ErrorCode);
        Assert.False(_agent.Paths.HasSelected);
    }

    [Fact]
    public void A_remote_that_says_it_is_controlled_must_take_control()
    {
        var response = Handle(new CheckMessage { IsControlling = false }, Client);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(response, out var message));
        Assert.Equal(487, message.ErrorCode);
    }

    [Fact]
    public void No_answer_is_ever_longer_than_its_request()
    {
        foreach (var request in new CheckMessage[]
        {
            new(), new() { Username = null }, new() { Password = null, Username = null, IsBare = true }, new() { Password = "another-password-22chr" },
            new() { HasUnknownAttribute = true }, new() { IsControlling = false },
        })
        {
            var packet = request.Write();
            Assert.True(Handle(packet, Client).Length <= packet.Length);
        }
        Assert.Equal(1, _agent.Counters[IceCounter.ErrorWithheld]);
    }

    [Fact]
    public void A_nomination_moves_the_path_and_a_plain_check_does_not()
    {
        Handle(new CheckMessage(), Client);
        Handle(new CheckMessage(), Other);
        Assert.Equal(Client, _agent.Paths.Selected);
        Handle(new CheckMessage { UseCandidate = true }, Other);
        Assert.Equal(Other, _agent.Paths.Selected);
    }

    [Fact]
    public void A_silent_path_gives_way_to_one_that_lives()
    {
        Handle(new CheckMessage { UseCandidate = true }, Client);
        Handle(new CheckMessage(), Other, Start + TimeSpan.FromSeconds(9));
        Assert.Equal(Client, _agent.Paths.Selected);
        Handle(new CheckMessage(), Other, Start + TimeSpan.FromSeconds(11));
        Assert.Equal(Other, _agent.Paths.Selected);
    }

    [Fact]
    public void Consent_expires_thirty_seconds_after_the_last_valid_check()
    {
        Assert.True(_agent.NextDeadline.IsNone);
        Handle(new CheckMessage(), Client);
        Handle(new CheckMessage(), Client, Start + TimeSpan.FromSeconds(5));
        Handle(new CheckMessage { Password = "another-password-22chr" }, Client, Start + TimeSpan.FromSeconds(10));
        Assert.Equal(new Deadline(Start + TimeSpan.FromSeconds(35), "ice.Consent"), _agent.NextDeadline);
        _agent.HandleTimeout(Start + TimeSpan.FromSeconds(34.9));
        Assert.False(_agent.IsConsentExpired);
        _agent.HandleTimeout(Start + TimeSpan.FromSeconds(35));
        Assert.True(_agent.IsConsentExpired);
        Assert.True(_agent.NextDeadline.IsNone);
    }

    [Fact]
    public void A_repeated_check_from_where_it_came_counts_and_a_copy_of_an_old_one_from_a_known_address_too()
    {
        var packet = new CheckMessage { UseCandidate = true }.Write();
        Handle(packet, Client);
        Handle(packet, Client, Start + TimeSpan.FromSeconds(5));
        Assert.Equal(new Deadline(Start + TimeSpan.FromSeconds(35), "ice.Consent"), _agent.NextDeadline);
        // The original may be slower than its copy: the address it comes from is known.
        Handle(new CheckMessage { Id = 2 }, Other, Start + TimeSpan.FromSeconds(6));
        Handle(packet, Other, Start + TimeSpan.FromSeconds(7));
        Assert.Equal(Other, _agent.Paths.Selected);
        Assert.Equal(0, _agent.Counters[IceCounter.ReplayedCheck]);
    }

    [Fact]
    public void A_check_allocates_nothing()
    {
        var packet = new CheckMessage { UseCandidate = true }.Write();
        var buffer = new byte[1500];
        Run(packet, buffer, 20);
        var allocated = AllocationMeter.Start();
        Run(packet, buffer, 1000);
        Assert.Equal(0, allocated.Bytes);
    }

    public void Dispose() => _agent.Dispose();

    private void Run(byte[] packet, byte[] buffer, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _agent.HandleDatagram(packet, Client, Start);
            _agent.TryPollTransmit(buffer, out _);
        }
    }

    private static StunMessageType TypeOf(byte[] packet) =>
        StunMessage.TryParse(packet, out var message) == StunParseStatus.Ok ? message.Type : default;

    private byte[] Handle(CheckMessage check, TransportAddress source, Instant? now = null) => Handle(check.Write(), source, now);

    private byte[] Handle(byte[] packet, TransportAddress source, Instant? now = null)
    {
        var buffer = new byte[1500];
        _agent.HandleDatagram(packet, source, now ?? Start);
        if (!_agent.TryPollTransmit(buffer, out var transmit)) return [];
        Assert.Equal(source, transmit.Destination);
        return buffer[..transmit.Length];
    }

    /// <summary>A connectivity check as a browser sends it, with the faults a test asks for.</summary>
    private sealed record CheckMessage
    {
        private static long _lastId = 1000;

        /// <summary>Of the transaction; every check has its own unless a test says otherwise.</summary>
        public long Id { get; init; } = Interlocked.Increment(ref _lastId);

        public string? Username { get; init; } = "srv1:cli1";

        public string? Password { get; init; } = IceLiteTests.Password;

        public bool UseCandidate { get; init; }

        public bool IsControlling { get; init; } = true;

        public bool HasUnknownAttribute { get; init; }

        /// <summary>A header and a fingerprint only.</summary>
        public bool IsBare { get; init; }

        public byte[] Write()
        {
            var buffer = new byte[StunWriter.MaxMessageLength];
            var id = new byte[StunMessage.TransactionIdLength];
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(id, Id);
            var writer = new StunWriter(buffer, StunMessageType.BindingRequest, id);
            if (IsBare) return buffer[..writer.Finish()];
            if (Username is not null) writer.AddUsername(System.Text.Encoding.ASCII.GetBytes(Username));
            writer.AddPriority(1);
            writer.AddRole(IsControlling, 1234);
            if (UseCandidate) writer.AddUseCandidate();
            // CHANGE-REQUEST of RFC 5780.
            if (HasUnknownAttribute) writer.Add((StunAttributeType)0x0003, 4).Clear();
            if (Password is not null)
            {
                using var integrity = new StunIntegrity(Password);
                writer.AddMessageIntegrity(integrity);
            }
            return buffer[..writer.Finish()];
        }
    }
}
