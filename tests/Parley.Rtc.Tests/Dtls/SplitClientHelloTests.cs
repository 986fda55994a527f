using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Dtls;

/// <summary>A browser's ClientHello with post-quantum key shares comes in two datagrams; either may be lost, late, or both.</summary>
public sealed class SplitClientHelloTests
{
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, false)]
    public void The_handshake_completes_when_of_the_first_one(bool isFirstPartLost, bool isSecondPartLost, bool isReordered)
    {
        using var pair = new DtlsPair();
        var hellos = 0;
        pair.Wire = (from, datagram) =>
        {
            if (from != pair.Client || datagram[0] != 22 || datagram[13] != 1) return true;
            var parts = ClientHelloFragments.Of(datagram, (datagram.Length - 25 + 1) / 2).ToList();
            Assert.Equal(2, parts.Count);
            if (hellos++ == 0)
            {
                if (isSecondPartLost) parts.RemoveAt(1);
                if (isFirstPartLost) parts.RemoveAt(0);
                if (isReordered) parts.Reverse();
            }
            else Renumber(parts, hellos);
            for (var i = 0; i < parts.Count; i++)
            {
                var part = parts[i];
                pair.Clock.After(TimeSpan.FromMilliseconds(20 + 5 * i), () =>
                {
                    pair.Server.HandleDatagram(part, pair.Clock.Now);
                    pair.Pump();
                });
            }
            return false;
        };
        pair.Connect(TimeSpan.FromSeconds(5));
        Assert.Equal(isFirstPartLost || isSecondPartLost, hellos > 1);
    }

    /// <summary>Record numbers that no earlier part had.</summary>
    private static void Renumber(List<byte[]> parts, int hello)
    {
        for (var i = 0; i < parts.Count; i++) parts[i][10] = (byte)(20 * hello + i);
    }
}
