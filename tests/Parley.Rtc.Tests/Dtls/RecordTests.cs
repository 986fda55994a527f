using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

/// <summary>
/// Records after the handshake are made here and not by OpenSSL. A client takes over at once and a server with the first data, so that each
/// direction is checked against OpenSSL's records before both are ours.
/// </summary>
public sealed class RecordTests
{
    [Theory]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", true)]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", false)]
    [InlineData("ECDHE-ECDSA-AES256-GCM-SHA384", true)]
    [InlineData("ECDHE-ECDSA-AES256-GCM-SHA384", false)]
    [InlineData("ECDHE-ECDSA-CHACHA20-POLY1305", true)] // which stays OpenSSL's
    public void Data_passes_both_ways_whoever_speaks_first_and_the_end_is_told(string cipher, bool isServerFirst)
    {
        using var client = OtherCertificates.Create("ecdsa", cipher: cipher);
        using var pair = new DtlsPair(clientCertificate: client);
        pair.Connect();
        var order = isServerFirst ? new[] { pair.Server, pair.Client } : [pair.Client, pair.Server];
        for (var round = 0; round < 20; round++)
            foreach (var from in order)
            {
                var message = new byte[1 + 57 * round];
                new SeededRandom((ulong)round).Fill(message);
                Assert.True(from.TrySend(message));
                Pass(pair);
                Assert.Equal(message, Assert.Single(Received(from == pair.Client ? pair.Server : pair.Client)));
            }
        order[0].Close(pair.Clock.Now);
        Pass(pair);
        Assert.Equal((DtlsState.Closed, DtlsState.Closed), (pair.Client.State, pair.Server.State));
        Assert.Equal(DtlsFailure.None, order[1].FailureReason);
    }

    [Fact]
    public void Changed_replayed_and_foreign_records_have_no_effect_and_are_counted()
    {
        using var pair = Established();
        var sent = new List<byte[]>();
        pair.Wire = (_, datagram) =>
        {
            sent.Add(datagram);
            return true;
        };
        Assert.True(pair.Client.TrySend([1, 2, 3]));
        Pass(pair);
        Assert.Single(Received(pair.Server));
        var record = Assert.Single(sent);
        var before = pair.Server.Counters[DtlsCounter.WithoutEffect];
        pair.Server.HandleDatagram(record, pair.Clock.Now);
        for (var i = 0; i < record.Length; i++)
        {
            var changed = record.ToArray();
            changed[10] ^= 0x40; // a record number that was not seen
            changed[i] ^= 1;
            pair.Server.HandleDatagram(changed, pair.Clock.Now);
        }
        Assert.Empty(Received(pair.Server));
        Assert.Equal(DtlsState.Connected, pair.Server.State);
        Assert.True(pair.Server.Counters[DtlsCounter.WithoutEffect] > before);
        Assert.True(pair.Client.TrySend([4]));
        Pass(pair);
        Assert.Single(Received(pair.Server));
    }

    [Fact]
    public void Record_numbers_and_nonces_go_on_from_OpenSSLs_without_a_repetition()
    {
        using var pair = new DtlsPair();
        var seen = new HashSet<string>();
        var protectedRecords = 0;
        pair.Wire = (from, datagram) =>
        {
            for (var rest = datagram.AsSpan(); rest.Length > 13; rest = rest[(13 + (rest[11] << 8 | rest[12]))..])
            {
                if (rest[4] == 0) continue;
                protectedRecords++;
                Assert.True(seen.Add($"{from == pair.Client} number {Convert.ToHexString(rest[3..11])}"));
                Assert.True(seen.Add($"{from == pair.Client} nonce {Convert.ToHexString(rest[13..21])}"));
            }
            return true;
        };
        pair.Connect();
        for (var i = 0; i < 50; i++)
        {
            pair.Client.TrySend([(byte)i]);
            pair.Server.TrySend([(byte)i]);
            Pass(pair);
        }
        Assert.Equal(2 + 100, protectedRecords);
    }

    private static DtlsPair Established()
    {
        var pair = new DtlsPair();
        pair.Connect();
        foreach (var from in new[] { pair.Client, pair.Server })
        {
            Assert.True(from.TrySend([0]));
            Pass(pair);
        }
        Received(pair.Client);
        Received(pair.Server);
        return pair;
    }

    private static void Pass(DtlsPair pair)
    {
        pair.Pump();
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(200));
    }

    private static List<byte[]> Received(DtlsEndpoint endpoint)
    {
        var messages = new List<byte[]>();
        var buffer = new byte[1500];
        while (endpoint.TryReceive(buffer, out var length)) messages.Add(buffer[..length]);
        return messages;
    }
}
