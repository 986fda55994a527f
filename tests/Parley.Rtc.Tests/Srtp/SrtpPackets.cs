using System.Buffers.Binary;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>Keys and packets for the tests of this folder.</summary>
internal static class SrtpPackets
{
    public static TheoryData<SrtpProfile> Profiles =>
        [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmSha1_80];

    public static SrtpKeys Keys(SrtpProfile profile, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        return new SrtpKeys(Fill(profile.KeyLength()), Fill(profile.SaltLength()), Fill(profile.KeyLength()), Fill(profile.SaltLength()));

        byte[] Fill(int length)
        {
            var bytes = new byte[length];
            random.Fill(bytes);
            return bytes;
        }
    }

    public static SrtpKeys Mirrored(SrtpKeys keys) => new(keys.RemoteKey, keys.RemoteSalt, keys.LocalKey, keys.LocalSalt);

    public static (SrtpSession Sender, SrtpSession Receiver) Sessions(SrtpProfile profile)
    {
        var keys = Keys(profile);
        return (new SrtpSession(profile, keys), new SrtpSession(profile, Mirrored(keys)));
    }

    public static byte[] Rtp(ushort sequence, uint ssrc = 0x1234_5678, int payloadLength = 92)
    {
        var packet = new byte[12 + payloadLength];
        packet[0] = 0x80;
        packet[1] = 111;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 960u);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        new SeededRandom(sequence).Fill(packet.AsSpan(12));
        return packet;
    }

    /// <summary>With random CSRCs, header extension, marker, payload type and payload.</summary>
    public static byte[] RandomRtp(SeededRandom random, ushort sequence, uint ssrc)
    {
        var sources = random.NextInt(4) == 0 ? random.NextInt(16) : 0;
        var extension = random.NextInt(3) == 0 ? 4 + 4 * random.NextInt(6) : 0;
        var packet = new byte[12 + 4 * sources + extension + random.NextInt(400)];
        random.Fill(packet);
        packet[0] = (byte)(0x80 | (extension > 0 ? 0x10 : 0) | sources);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        if (extension > 0) BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12 + 4 * sources + 2), (ushort)(extension / 4 - 1));
        return packet;
    }

    public static byte[] RandomRtcp(SeededRandom random, uint ssrc)
    {
        var packet = new byte[8 + 4 * random.NextInt(40)];
        random.Fill(packet);
        packet[0] = 0x81;
        packet[1] = 200;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(packet.Length / 4 - 1));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }

    public static byte[] ProtectRtp(this SrtpSession session, byte[] packet)
    {
        var buffer = new byte[packet.Length + SrtpSession.MaxRtpOverhead];
        packet.CopyTo(buffer, 0);
        Assert.True(session.TryProtectRtp(buffer, packet.Length, out var length));
        return buffer[..length];
    }

    public static byte[] ProtectRtcp(this SrtpSession session, byte[] packet)
    {
        var buffer = new byte[packet.Length + SrtpSession.MaxRtcpOverhead];
        packet.CopyTo(buffer, 0);
        Assert.True(session.TryProtectRtcp(buffer, packet.Length, out var length));
        return buffer[..length];
    }

    /// <summary>Unprotects a copy; the plain packet when it is authentic.</summary>
    public static SrtpStatus UnprotectRtp(this SrtpSession session, byte[] packet, out byte[] plain)
    {
        var copy = packet.ToArray();
        var status = session.UnprotectRtp(copy.AsSpan(), out var length);
        plain = copy[..length];
        return status;
    }

    public static SrtpStatus UnprotectRtcp(this SrtpSession session, byte[] packet, out byte[] plain)
    {
        var copy = packet.ToArray();
        var status = session.UnprotectRtcp(copy.AsSpan(), out var length);
        plain = copy[..length];
        return status;
    }
}
