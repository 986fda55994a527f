using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>Every packet in both directions against libsrtp 2.</summary>
public sealed class LibSrtpOracleTests
{
    private const int Packets = 3000;

    public LibSrtpOracleTests() => LibSrtp.SkipUnlessPresent();

    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void Libsrtp_writes_the_same_RTP_packets_byte_for_byte_and_opens_ours_across_two_rollovers(SrtpProfile profile)
    {
        var keys = SrtpPackets.Keys(profile);
        using var ours = new SrtpSession(profile, keys);
        using var theirSender = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, isSender: true);
        using var theirReceiver = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, isSender: false);
        var random = new SeededRandom(31);
        // Steps of up to 90 over 3000 packets pass 65535 twice.
        for (uint i = 0, sequence = 20_000; i < Packets; i++, sequence += 1 + (uint)random.NextInt(89))
        {
            var packet = SrtpPackets.RandomRtp(random, (ushort)sequence, 0xCAFE_0001);
            var protectedPacket = ours.ProtectRtp(packet);
            Assert.Equal(theirSender.ProtectRtp(packet), protectedPacket);
            Assert.Equal(packet, theirReceiver.UnprotectRtp(protectedPacket));
        }
    }

    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void We_open_RTP_packets_of_libsrtp_with_loss_and_reordering_across_a_rollover(SrtpProfile profile)
    {
        var keys = SrtpPackets.Keys(profile);
        using var ours = new SrtpSession(profile, keys);
        using var theirs = new LibSrtp(profile, keys.RemoteKey, keys.RemoteSalt, isSender: true);
        var random = new SeededRandom(32);
        var onTheWire = new List<(byte[] Plain, byte[] Protected)>();
        for (var i = 0; i < Packets; i++)
        {
            var plain = SrtpPackets.RandomRtp(random, (ushort)(64_000 + i), 0xCAFE_0002);
            onTheWire.Add((plain, theirs.ProtectRtp(plain)));
        }
        var arrivals = onTheWire.Select((packet, i) => (packet, at: i + random.NextInt(60))).OrderBy(a => a.at).Where(_ => random.NextInt(10) > 0);
        foreach (var (packet, _) in arrivals)
        {
            Assert.Equal(SrtpStatus.Ok, ours.UnprotectRtp(packet.Protected, out byte[] plain));
            Assert.Equal(packet.Plain, plain);
        }
    }

    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void RTCP_is_understood_both_ways(SrtpProfile profile)
    {
        var keys = SrtpPackets.Keys(profile);
        using var ours = new SrtpSession(profile, keys);
        using var theirReceiver = new LibSrtp(profile, keys.LocalKey, keys.LocalSalt, isSender: false);
        using var theirSender = new LibSrtp(profile, keys.RemoteKey, keys.RemoteSalt, isSender: true);
        var random = new SeededRandom(33);
        for (var i = 0; i < Packets / 3; i++)
        {
            var packet = SrtpPackets.RandomRtcp(random, 0xCAFE_0003);
            Assert.Equal(packet, theirReceiver.UnprotectRtcp(ours.ProtectRtcp(packet)));
            Assert.Equal(SrtpStatus.Ok, ours.UnprotectRtcp(theirSender.ProtectRtcp(packet), out byte[] plain));
            Assert.Equal(packet, plain);
        }
    }

    [Theory]
    [MemberData(nameof(SrtpPackets.Profiles), MemberType = typeof(SrtpPackets))]
    public void Libsrtp_refuses_what_we_refuse(SrtpProfile profile)
    {
        var (keys, random) = (SrtpPackets.Keys(profile), new SeededRandom(34));
        using var ours = new SrtpSession(profile, keys);
        using var theirReceiver = new LibSrtp(profile, keys.RemoteKey, keys.RemoteSalt, isSender: false);
        using var sender = new LibSrtp(profile, keys.RemoteKey, keys.RemoteSalt, isSender: true);
        for (var i = 0; i < 1000; i++)
        {
            var packet = sender.ProtectRtp(SrtpPackets.RandomRtp(random, (ushort)i, 0xCAFE_0004));
            if (random.NextInt(2) == 0) packet[12 + random.NextInt(packet.Length - 12)] ^= (byte)(1 << random.NextInt(8));
            var repetitions = 1 + random.NextInt(2);
            for (var n = 0; n < repetitions; n++)
                Assert.Equal(theirReceiver.UnprotectRtp(packet) is not null, ours.UnprotectRtp(packet, out byte[] _) == SrtpStatus.Ok);
        }
    }
}
