using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Transceiver.Tests;

public sealed class CertificateRotationTests
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    [Fact]
    public void New_calls_get_the_same_certificate_for_its_lifetime_and_another_one_after_it()
    {
        var clock = new VirtualClock();
        var certificates = new CallCertificate(new VirtualTimeProvider(clock), Lifetime);
        var first = certificates.Current;
        clock.RunFor(TimeSpan.FromDays(29.9));
        Assert.Same(first, certificates.Current);
        clock.RunFor(TimeSpan.FromDays(0.1));
        var second = certificates.Current;
        Assert.NotEqual(first.Sha256Fingerprint, second.Sha256Fingerprint);
        Assert.Same(second, certificates.Current);
    }

    [Fact]
    public void Running_calls_and_calls_that_are_being_set_up_keep_theirs()
    {
        var clock = new VirtualClock();
        var certificates = new CallCertificate(new VirtualTimeProvider(clock), Lifetime);
        using var running = Pair(1);
        running.Connect();
        using var starting = Pair(2);
        clock.RunFor(Lifetime);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var later = Pair(3);
        starting.Connect();
        later.Connect();
        Assert.Contains(running.Callee.Peer.LocalDescription.Split("\r\n"), line => line.StartsWith("a=fingerprint:", StringComparison.Ordinal)
            && starting.Callee.Peer.LocalDescription.Contains(line, StringComparison.Ordinal)
            && !later.Callee.Peer.LocalDescription.Contains(line, StringComparison.Ordinal));
        foreach (var pair in new[] { running, starting, later })
        {
            var channel = pair.OpenChannel();
            Assert.Equal(SendStatus.Queued, pair.Callee.Peer.SendMessage(channel, isBinary: true, [1], pair.Clock.Now));
            pair.Callee.Pump();
            pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.MessageReceived), TimeSpan.FromSeconds(1), "a message");
        }

        PeerPair Pair(ulong seed) => new(seed, callee: config => config with { Certificate = certificates.Current });
    }
}
