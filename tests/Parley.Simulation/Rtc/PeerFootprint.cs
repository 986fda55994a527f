using System.Runtime.InteropServices;
using Parley.Rtc;
using Parley.Rtc.Dtls;

namespace Parley.Simulation;

/// <summary>
/// What one established peer occupies while it is idle: ICE, DTLS, SRTP, SCTP and an open channel, after the handshake, some messages
/// and some audio. Half of the peers measured answered as ICE-lite, half called.
/// </summary>
/// <param name="Managed">Bytes per peer, by the difference of the heap's size after full collections.</param>
/// <param name="Native">Bytes per peer that are allocated in the C heap, which is OpenSSL's; allocator overhead included.</param>
public readonly record struct PeerFootprint(long Managed, long Native)
{
    private static readonly TransportAddress CallerAddress = TransportAddress.FromIPv4(0x7F000001, 40_000);
    private static readonly TransportAddress CalleeAddress = TransportAddress.FromIPv4(0x7F000001, 3478);

    public long Total => Managed + Native;

    /// <param name="pairs">How many pairs are held at a time. A hundred are enough for a figure that is stable to a percent.</param>
    public static PeerFootprint Measure(int pairs)
    {
        using var certificate = DtlsCertificate.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        for (ulong i = 0; i < 3; i++) Dispose(Establish(certificate, i));
        var held = new (RtcPeer Caller, RtcPeer Callee)[pairs];
        var (managed, native) = (ManagedNow(), NativeNow());
        for (var i = 0; i < pairs; i++) held[i] = Establish(certificate, (ulong)i);
        var footprint = new PeerFootprint((ManagedNow() - managed) / (2 * pairs), (NativeNow() - native) / (2 * pairs));
        foreach (var pair in held) Dispose(pair);
        return footprint;
    }

    private static (RtcPeer Caller, RtcPeer Callee) Establish(DtlsCertificate certificate, ulong seed)
    {
        var random = new SeededRandom(seed);
        var now = new Instant(0);
        var caller = RtcPeer.CreateOffer(new RtcPeerConfig { Certificate = certificate, LocalCandidates = [CallerAddress] }, random.Fork(), now);
        var answering = new RtcPeerConfig { Certificate = certificate, LocalCandidates = [CalleeAddress] };
        if (!RtcPeer.TryAnswer(caller.LocalDescription, answering, random.Fork(), now, out var callee, out var error)
            || !caller.TryAcceptAnswer(callee.LocalDescription, now, out error))
            throw new InvalidOperationException(error.Message);
        caller.HandleTimeout(now);
        Exchange(caller, callee, now);
        if (!caller.TryOpenChannel("oai-events", now, out var channel)) throw new InvalidOperationException("The peers did not connect.");
        for (var i = 0; i < 100; i++)
        {
            now += TimeSpan.FromMilliseconds(20);
            caller.HandleTimeout(now);
            callee.HandleTimeout(now);
            foreach (var peer in (ReadOnlySpan<RtcPeer>)[caller, callee])
            {
                peer.SendMessage(channel, isBinary: false, new byte[1 + 60 * i], now);
                peer.TrySendAudio(new byte[80], (uint)(960 * i), marker: false, now);
            }
            Exchange(caller, callee, now);
        }
        return (caller, callee);
    }

    private static void Exchange(RtcPeer caller, RtcPeer callee, Instant now)
    {
        Span<byte> buffer = stackalloc byte[RtcPeer.MaxDatagramLength];
        var payload = new byte[16 * 1024];
        for (var moved = true; moved;)
        {
            moved = false;
            foreach (var (from, to, source) in new[] { (caller, callee, CallerAddress), (callee, caller, CalleeAddress) })
            {
                while (from.TryPollEvent(out _)) from.ReadPayload(payload);
                while (from.TryPollTransmit(buffer, out var transmit))
                {
                    to.HandleDatagram(new Datagram(buffer[..transmit.Length], source), now);
                    while (to.TryPollEvent(out _)) to.ReadPayload(payload);
                    moved = true;
                }
            }
        }
    }

    private static void Dispose((RtcPeer Caller, RtcPeer Callee) pair)
    {
        pair.Caller.Dispose();
        pair.Callee.Dispose();
    }

    private static long ManagedNow()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static long NativeNow() => (long)(MallInfo2() is var info ? info.InUse + info.Mapped : 0);

    [DllImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static extern MallocStatistics MallInfo2();

    /// <summary>glibc's struct mallinfo2: ten sizes, of which two are read.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocStatistics
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappedChunks;
        public readonly nuint Mapped;
        private readonly nuint _unused;
        private readonly nuint _fastBytes;
        public readonly nuint InUse;
        private readonly nuint _freeBytes;
        private readonly nuint _top;
    }
}
