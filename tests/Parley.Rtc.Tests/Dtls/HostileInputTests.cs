using CsCheck;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

public sealed class HostileInputTests
{
    [Fact]
    public void Random_bytes_never_throw_and_are_counted_before_during_and_after_the_handshake()
    {
        using var early = new DtlsEndpoint(DtlsPair.ServerCertificate, DtlsRole.Server, DtlsPair.FingerprintOf(DtlsPair.ClientCertificate));
        using var pair = new DtlsPair();
        pair.Connect();
        var counted = 0;
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            early.HandleDatagram(bytes, default);
            pair.Client.HandleDatagram(bytes, default);
            pair.Server.HandleDatagram(bytes, default);
            counted++;
        }, iter: 3000, threads: 1);
        Assert.Equal(DtlsState.Handshaking, early.State);
        Assert.Equal(counted, early.Counters[DtlsCounter.Malformed] + early.Counters[DtlsCounter.WithoutEffect]);
        Assert.True(pair.IsConnected);
    }

    [Fact]
    public void Records_with_random_bodies_never_throw_and_leave_a_connection_as_it_is()
    {
        using var pair = new DtlsPair();
        pair.Connect();
        Record.Sample(record =>
        {
            pair.Client.HandleDatagram(record, default);
            pair.Server.HandleDatagram(record, default);
            Assert.True(pair.IsConnected, $"{pair.Client.State} {pair.Client.FailureDetail} {pair.Server.State} {pair.Server.FailureDetail}: {Convert.ToHexString(record)}");
        }, iter: 3000, threads: 1);
        Assert.True(pair.IsConnected);
        Assert.True(pair.Client.TrySend([7]));
        pair.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.True(pair.Server.TryReceive(new byte[1500], out _));
    }

    /// <summary>OpenSSL 3.0 answers a protected record shorter than its tag with a fatal alert, whoever sent it.</summary>
    [Theory]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", 24)]
    [InlineData("ECDHE-ECDSA-CHACHA20-POLY1305", 16)]
    public void A_forged_record_too_short_for_its_tag_does_not_end_the_association(string cipher, int expansion)
    {
        using var client = OtherCertificates.Create("ecdsa", cipher: cipher);
        using var pair = new DtlsPair(clientCertificate: client);
        pair.Connect();
        for (byte length = 0; length < 40; length++)
            foreach (var type in new byte[] { 20, 21, 22, 23 })
                pair.Server.HandleDatagram((byte[])[type, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 9, length, 0, length, .. new byte[length]], default);
        Assert.Equal(DtlsState.Connected, pair.Server.State);
        Assert.Equal(4 * expansion, pair.Server.Counters[DtlsCounter.Malformed]);
        pair.Client.Close(pair.Clock.Now);
        pair.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(DtlsState.Closed, pair.Server.State);
    }

    [Fact]
    public void Records_with_random_bodies_never_throw_while_handshaking()
    {
        var buffer = new byte[1500];
        Record.Array[1, 4].Sample(records =>
        {
            using var pair = new DtlsPair();
            pair.Client.Start(default);
            pair.Server.Start(default);
            foreach (var record in records)
            {
                pair.Client.HandleDatagram(record, default);
                pair.Server.HandleDatagram(record, default);
            }
            while (pair.Client.TryPollTransmit(buffer, out _)) { }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_handshake_with_every_datagram_also_sent_cut_short_completes()
    {
        using var pair = new DtlsPair();
        var random = new SeededRandom(4);
        pair.Wire = (from, datagram) =>
        {
            var to = from == pair.Client ? pair.Server : pair.Client;
            to.HandleDatagram(datagram.AsSpan(0, random.NextInt(datagram.Length)), pair.Clock.Now);
            return true;
        };
        pair.Connect();
        Assert.True(pair.Server.Counters[DtlsCounter.Malformed] > 0);
    }

    [Fact]
    public void Flipped_bits_never_throw_and_never_connect_to_wrong_keys()
    {
        for (ulong seed = 0; seed < 60; seed++)
        {
            var random = new SeededRandom(seed);
            using var pair = new DtlsPair(seed: seed);
            pair.Wire = (_, datagram) =>
            {
                if (random.NextInt(3) == 0) datagram[random.NextInt(datagram.Length)] ^= (byte)(1 << random.NextInt(8));
                return true;
            };
            pair.Start();
            pair.Clock.RunUntil(Instant.FromMilliseconds(31_000));
            Assert.NotEqual(DtlsState.Handshaking, pair.Client.State);
            if (pair.IsConnected) Assert.Equal(pair.Client.ExportSrtpKeys().LocalKey, pair.Server.ExportSrtpKeys().RemoteKey);
        }
    }

    /// <summary>A record of any kind and a believable header around a random body.</summary>
    private static Gen<byte[]> Record => Gen.Select(Gen.Byte[20, 23], Gen.Byte[0, 1], Gen.Byte, Gen.Byte.Array[0, 80], Gen.Byte[0, 20])
        .Select((type, epoch, sequence, body, message) =>
        {
            if (type == 22 && body.Length >= 12)
            {
                // Half-way believable: a message type, a short length, in order.
                body[0] = message;
                body[1] = body[2] = body[4] = body[6] = body[7] = body[9] = body[10] = 0;
                body[5] = (byte)(body[5] & 1);
                body[3] = body[11] = (byte)(body.Length - 12);
                body[8] = 0;
            }
            return (byte[])[type, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 0, sequence, 0, (byte)body.Length, .. body];
        });
}
