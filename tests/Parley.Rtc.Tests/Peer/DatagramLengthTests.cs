using Parley.Net.Impairment;
using Parley.Rtc.Tests.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>No datagram is longer than 1200 bytes, or than a path with tunnels is said to take.</summary>
public sealed class DatagramLengthTests
{
    [Theory]
    [InlineData("ecdsa", 1200, false)]
    [InlineData("large", 1200, false)]
    [InlineData("large", 1200, true)]
    [InlineData("rsa", 1000, true)]
    [InlineData("large", 576, false)]
    public void No_datagram_is_longer_than_configured_whatever_is_sent(string certificate, int longest, bool isPassive)
    {
        using var callerCertificate = OtherCertificates.Create(certificate);
        using var calleeCertificate = OtherCertificates.Create(certificate);
        using var pair = new PeerPair(
            1, new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.05 },
            caller: config => config with { Certificate = callerCertificate, MaxDatagramLength = longest },
            callee: config => config with
            {
                Certificate = calleeCertificate, MaxDatagramLength = longest,
                SetupPreference = isPassive ? SetupPreference.Passive : SetupPreference.Active,
            });
        var longestSeen = 0;
        pair.Caller.Sending = pair.Callee.Sending = (_, transmit) =>
        {
            longestSeen = Math.Max(longestSeen, transmit.Length);
            return true;
        };
        pair.Connect();
        var channel = pair.OpenChannel();
        foreach (var peer in new[] { pair.Caller, pair.Callee })
        {
            Assert.Equal(SendStatus.Queued, peer.Peer.SendMessage(channel, isBinary: true, new byte[256 * 1024], pair.Clock.Now));
            peer.Peer.TrySendAudio(new byte[RtcPeer.MaxAudioLength], 0, marker: true, pair.Clock.Now);
            peer.Pump();
        }
        pair.Clock.RunUntil(
            () => pair.Caller.Has(PeerEventKind.MessageReceived) && pair.Callee.Has(PeerEventKind.MessageReceived), TimeSpan.FromMinutes(5), "both messages");
        Assert.InRange(longestSeen, longest - 60, longest);
        Assert.Equal(longest == RtcPeer.MaxDatagramLength ? 0 : 1, pair.Caller.Peer.Drops[PeerDropReason.TooLongForPath]);
    }
}
