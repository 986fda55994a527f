using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Rtc.Tests.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>
/// 2,000 peers, opened and ended in every way there is, leave no native object and no memory behind. Counts what the whole process holds, so nothing else
/// of DTLS may run beside it.
/// </summary>
[Collection(nameof(LifetimeTests))]
public sealed class NothingLeftBehindTests
{
    private const int Pairs = 1000;
    private const int WarmUpPairs = 100;

    /// <summary>Less than 100 bytes of a peer, so that one small object that each forgets would show.</summary>
    private const long MaxManagedGrowth = 2 * Pairs * 100;

    /// <summary>The runtime's own tables in the C heap come and go by some megabytes; what OpenSSL holds for 2,000 peers is 60.</summary>
    private const long MaxNativeGrowth = 16 * 1024 * 1024;

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    private enum Ending
    {
        CallerCloses,
        CalleeCloses,
        CallerVanishes,
        BothDisposed,
        NeverAnswered,
        HandshakeNeverCompleted,
        WrongFingerprint,
        DisposedWithDataUnderWay,
    }

    [Fact]
    public void Two_thousand_peers_leave_nothing_behind()
    {
        for (var i = 0; i < WarmUpPairs; i++) OpenAndEnd(i);
        var before = Held();
        for (var i = 0; i < Pairs; i++) OpenAndEnd(i);
        var after = Held();
        var (managed, native) = (after.Managed - before.Managed, after.Native - before.Native);
        TestContext.Current.TestOutputHelper?.WriteLine($"{managed} managed and {native} native bytes more");
        Assert.Equal(before.Objects, after.Objects);
        Assert.InRange(managed, long.MinValue, MaxManagedGrowth);
        Assert.InRange(native, long.MinValue, MaxNativeGrowth);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OpenAndEnd(int index)
    {
        var ending = (Ending)(index % Enum.GetValues<Ending>().Length);
        using var pair = new PeerPair(
            (ulong)index, new LinkConditions { Delay = Delay },
            callee: config => config with { SetupPreference = index % 3 == 0 ? SetupPreference.Passive : SetupPreference.Active },
            editOffer: ending == Ending.WrongFingerprint ? WithAnotherFingerprint : null);
        switch (ending)
        {
            case Ending.NeverAnswered:
                pair.Callee.Pump();
                pair.Clock.RunFor(TimeSpan.FromSeconds(31));
                AssertClosed(pair.Callee);
                return;
            case Ending.HandshakeNeverCompleted:
                pair.Caller.Sending = (packet, _) => packet[0] < 20;
                pair.Start();
                pair.Clock.RunFor(TimeSpan.FromSeconds(31));
                AssertClosed(pair.Callee);
                return;
            case Ending.WrongFingerprint:
                pair.Start();
                pair.Clock.RunFor(TimeSpan.FromSeconds(31));
                AssertClosed(pair.Callee);
                return;
        }
        pair.Connect();
        var channel = pair.OpenChannel();
        pair.Caller.Peer.SendMessage(channel, isBinary: true, new byte[20_000], pair.Clock.Now);
        pair.Callee.Peer.TrySendAudio(new byte[80], 0, marker: true, pair.Clock.Now);
        pair.Caller.Pump();
        pair.Callee.Pump();
        if (ending == Ending.DisposedWithDataUnderWay) return;
        pair.Clock.RunFor(TimeSpan.FromMilliseconds(200));
        switch (ending)
        {
            case Ending.CallerCloses:
                Close(pair, pair.Caller);
                break;
            case Ending.CalleeCloses:
                Close(pair, pair.Callee);
                break;
            case Ending.CallerVanishes:
                pair.Caller.IsAlive = false;
                pair.Clock.RunFor(TimeSpan.FromSeconds(31));
                AssertClosed(pair.Callee);
                break;
        }
    }

    private static void Close(PeerPair pair, SimulatedPeer side)
    {
        side.Peer.Close(pair.Clock.Now);
        side.Pump();
        pair.Clock.RunFor(TimeSpan.FromSeconds(3));
        AssertClosed(pair.Caller);
        AssertClosed(pair.Callee);
    }

    private static void AssertClosed(SimulatedPeer peer)
    {
        Assert.Equal(PeerState.Closed, peer.Peer.State);
        Assert.True(peer.Peer.NextDeadline.IsNone);
        Assert.True(peer.Has(PeerEventKind.Closed));
    }

    private static string WithAnotherFingerprint(string offer)
    {
        var at = offer.IndexOf("sha-256 ", StringComparison.Ordinal) + "sha-256 ".Length;
        return string.Concat(offer.AsSpan(0, at), offer[at] == '0' ? "1" : "0", offer.AsSpan(at + 1));
    }

    private static (long Objects, long Managed, long Native) Held()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return (NativeObjectHandle.Live, GC.GetTotalMemory(forceFullCollection: true), (long)mallinfo2().InUse);
    }

    [DllImport("libc")]
    private static extern MallocStatistics mallinfo2();

    /// <summary>glibc's struct mallinfo2: ten sizes, of which the eighth is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private readonly struct MallocStatistics
    {
        [FieldOffset(56)]
        public readonly nuint InUse;
    }
}
