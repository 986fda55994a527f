using Parley.Benchmarks.Measuring;
using Parley.Benchmarks.Results;
using Parley.Benchmarks.Rtc.Yardsticks;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>The cost of a call in the WebRTC stack: of a voice packet, a handshake, of being there; and how soon it begins.</summary>
internal sealed class RtcBenchmark : IBenchmark
{
    private static readonly TimeSpan RaceLength = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);
    private const int IdlePeerCount = 1000;
    private const int ManyPeerCount = 400;
    private const int HandshakesAtATime = 4;
    private const int FootprintPairs = 400;
    private const int FootprintRounds = 3;
    private static readonly Goal NothingAllocated = Goal.AtMost(0);

    public string Name => "rtc";

    public string Summary => "SRTP, DTLS and the peer: time, memory and allocation; round trips until a call has begun";

    public IReadOnlyList<string> Notes =>
    [
        $"RTP packets of {PacketBatch.PacketLength} bytes. SRTP: parsing, IV, rollover and replay window included. Yardsticks, on the same bytes and without these:",
        "OpenSSL's EVP cipher (CM: and HMAC), called directly; for vs-platform .NET's AesGcm (CM: an ECB transform over the counter blocks,",
        "XOR, and an incremental HMAC), instances reused.",
        "Peer: receive is HandleDatagram with its event and payload, send is TrySendAudio with TryPollTransmit; yardstick: SrtpSession alone.",
        $"Many peers: a packet to each of {ManyPeerCount} peers and back; yardstick: one peer alone, whose state stays in the caches.",
        "Handshake: both sides of DTLS 1.2 with ECDSA P-256 certificates and X25519, to the exported keys; in processor time;",
        "yardstick: two SSL objects of OpenSSL over memory BIOs.",
        $"Idle: the answering sides of {IdlePeerCount} connected peers with an open channel, in {IdleTime.TotalSeconds:F0} s of virtual time (consent, RTCP, heartbeats), without sockets.",
        "Memory: of one connected, idle peer after some audio and messages; native is what OpenSSL holds.",
        "Setup: round trips from posting the offer, the HTTP exchange being the first; dcid: the channel's id agreed over HTTP; snap: SCTP's INIT in the descriptions.",
    ];

    public Task<IReadOnlyList<BenchmarkResult>> RunAsync(CancellationToken cancellationToken)
    {
        List<BenchmarkResult> results = [];
        MeasureGcm("srtp.aead-aes-128-gcm", SrtpProfile.AeadAes128Gcm, results);
        MeasureGcm("srtp.aead-aes-256-gcm", SrtpProfile.AeadAes256Gcm, results);
        MeasureCounterMode("srtp.aes-128-cm-sha1-80", results);
        MeasurePeer("peer", results);
        MeasureManyPeers("many-peers", results);
        MeasureHandshake("dtls.handshake", results);
        MeasureIdle("idle", results);
        MeasureMemory("memory", results);
        CountSetup("setup.plain", isChannelAgreed: false, isInitDescribed: false, results);
        CountSetup("setup.dcid", isChannelAgreed: true, isInitDescribed: false, results);
        CountSetup("setup.dcid-snap", isChannelAgreed: true, isInitDescribed: true, results);
        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);
    }

    private static void MeasureGcm(string name, SrtpProfile profile, List<BenchmarkResult> results)
    {
        using var srtp = new SrtpContenders(profile);
        using var openSsl = new OpenSslGcm(profile.KeyLength());
        using var platform = new PlatformGcm(profile.KeyLength());
        MeasureSrtp(name, srtp, openSsl, platform, Goal.AtMost(0.5), results);
    }

    private static void MeasureCounterMode(string name, List<BenchmarkResult> results)
    {
        using var srtp = new SrtpContenders(SrtpProfile.Aes128CmSha1_80);
        using var openSsl = new OpenSslCounterMode();
        using var platform = new PlatformCounterMode();
        MeasureSrtp(name, srtp, openSsl, platform, Goal.AtMost(1.2), results);
    }

    private static void MeasureSrtp(
        string name, SrtpContenders srtp, CipherYardstick openSsl, CipherYardstick platform, Goal goal, List<BenchmarkResult> results)
    {
        var times = Race.MedianNanoseconds(
            RaceLength, srtp.Protect, openSsl.Protect, platform.Protect, srtp.Unprotect, openSsl.Unprotect, platform.Unprotect);
        results.Add(new($"{name}.protect", times[0], "ns/packet", times[1], goal));
        results.Add(new($"{name}.protect.vs-platform", times[0], "ns/packet", times[2]));
        results.Add(new($"{name}.unprotect", times[3], "ns/packet", times[4], goal));
        results.Add(new($"{name}.unprotect.vs-platform", times[3], "ns/packet", times[5]));
        results.Add(new($"{name}.protect.allocated", Race.BytesAllocated(srtp.Protect), "bytes/packet", Goal: NothingAllocated));
        results.Add(new($"{name}.unprotect.allocated", Race.BytesAllocated(srtp.Unprotect), "bytes/packet", Goal: NothingAllocated));
    }

    private static void MeasurePeer(string name, List<BenchmarkResult> results)
    {
        using var peer = new PeerContenders();
        // The profile that two of our peers agree on.
        using var srtp = new SrtpContenders(SrtpProfile.AeadAes128Gcm);
        var times = Race.MedianNanoseconds(RaceLength, peer.Receive, srtp.Unprotect, peer.Send, srtp.Protect);
        results.Add(new($"{name}.receive", times[0], "ns/packet", times[1]));
        results.Add(new($"{name}.receive.beyond-srtp", times[0] - times[1], "ns/packet", Goal: Goal.AtMost(1000)));
        results.Add(new($"{name}.send", times[2], "ns/packet", times[3]));
        results.Add(new($"{name}.receive.allocated", Race.BytesAllocated(peer.Receive), "bytes/packet", Goal: NothingAllocated));
        results.Add(new($"{name}.send.allocated", Race.BytesAllocated(peer.Send), "bytes/packet", Goal: NothingAllocated));
    }

    private static void MeasureManyPeers(string name, List<BenchmarkResult> results)
    {
        using var peers = new ManyPeers(ManyPeerCount);
        using var one = new ManyPeers(1);
        var times = Race.MedianNanoseconds(RaceLength, peers.Echo, one.Echo);
        results.Add(new($"{name}.echo", times[0], "ns/packet in and out", times[1]));
        results.Add(new($"{name}.echo.allocated", Race.BytesAllocated(peers.Echo), "bytes/packet", Goal: NothingAllocated));
    }

    private static void MeasureHandshake(string name, List<BenchmarkResult> results)
    {
        using var handshakes = new HandshakeContenders(HandshakesAtATime);
        using var openSsl = new OpenSslHandshake(HandshakesAtATime);
        var times = Race.MedianProcessorNanoseconds(RaceLength, handshakes.Handshakes, openSsl.Handshakes);
        results.Add(new(name, times[0] / 1000, "µs, both sides", times[1] / 1000, Goal.AtMost(1.2)));
    }

    private static void MeasureIdle(string name, List<BenchmarkResult> results)
    {
        using var peers = new IdlePeers(IdlePeerCount);
        peers.Measure(IdleTime / 4);
        var taken = peers.Measure(IdleTime);
        results.Add(new($"{name}.{IdlePeerCount}-peers", 100 * taken / IdleTime, "% of a core", Goal: Goal.AtMost(0.5)));
    }

    private static void MeasureMemory(string name, List<BenchmarkResult> results)
    {
        const double KiB = 1024;
        // The runtime's own tables in the C heap come and go by some megabytes: many peers, and the middle one of some rounds.
        var footprints = Enumerable.Range(0, FootprintRounds).Select(_ => PeerFootprint.Measure(FootprintPairs)).OrderBy(each => each.Total).ToList();
        var footprint = footprints[FootprintRounds / 2];
        results.Add(new($"{name}.managed", footprint.Managed / KiB, "KiB/peer"));
        results.Add(new($"{name}.native", footprint.Native / KiB, "KiB/peer"));
        results.Add(new($"{name}.total", footprint.Total / KiB, "KiB/peer", Goal: Goal.AtMost(64)));
    }

    private static void CountSetup(string name, bool isChannelAgreed, bool isInitDescribed, List<BenchmarkResult> results)
    {
        var setup = SetupRoundTrips.Count(isChannelAgreed, isInitDescribed);
        results.Add(new($"{name}.media-at-server", setup.MediaAtServer, "round trips"));
        results.Add(new($"{name}.media-at-caller", setup.MediaAtCaller, "round trips"));
        results.Add(new($"{name}.event-at-caller", setup.EventAtCaller, "round trips"));
    }
}
