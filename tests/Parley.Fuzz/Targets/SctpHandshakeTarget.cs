using Parley.Rtc.Sctp;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Fuzz.Targets;

/// <summary>An association that is not up yet, whether it began or waits: chunks with the tags that a handshake has, and time.</summary>
internal sealed class SctpHandshakeTarget : FuzzTarget
{
    private const int MaxSteps = 60;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(90);

    private enum Step
    {
        Untagged,
        Tagged,
        ChangedCookie,
        Cookie,
        Start,
        Send,
        Wait,
        Packet,
        Abort,
    }

    public override string Name => "sctp-handshake";

    public override string Summary => "an SCTP association before it is up: INIT, cookies, time";

    public override long MaxAllocation => 4 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary => SctpWords.All;

    public override IEnumerable<byte[]> Examples()
    {
        byte[] initAck = [.. SctpHarness.Init, 0, 7, 0, 8, 1, 2, 3, 4];
        initAck[0] = (byte)ChunkType.InitAck;
        initAck[3] += 8;
        yield return new ScriptWriter().Byte((int)Step.Untagged).Block(SctpHarness.Init).Byte((int)Step.Cookie).ToArray();
        yield return new ScriptWriter().Byte((int)Step.Start).Byte((int)Step.Tagged).Block(initAck)
            .Byte((int)Step.Send).Byte(2).Byte((int)Step.Tagged).Block(SctpHarness.Chunk(ChunkType.CookieAck, 0, [])).ToArray();
        yield return new ScriptWriter().Byte((int)Step.Start).Byte((int)Step.Untagged).Block(SctpHarness.Init).Byte((int)Step.Wait).Byte(20).Byte((int)Step.Cookie).ToArray();
        yield return new ScriptWriter().Byte((int)Step.Untagged).Block(SctpHarness.Init).Byte((int)Step.ChangedCookie).Byte(3).Byte(1)
            .Byte((int)Step.Wait).Byte(255).Byte((int)Step.Cookie).Byte((int)Step.Tagged).Block(SctpHarness.Chunk(ChunkType.Error, 0, [0, 3, 0, 8, 0, 0, 0, 0])).ToArray();
        yield return new ScriptWriter().Byte((int)Step.Start).Byte((int)Step.Tagged).Block(initAck)
            .Byte((int)Step.Tagged).Block([.. SctpHarness.Chunk(ChunkType.CookieAck, 0, []), .. SctpHarness.Data(1000, 0, 0, 51, DataFlags.Begin | DataFlags.End, [1])]).ToArray();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var harness = new SctpHarness();
        var script = new Script(input);
        var waited = TimeSpan.Zero;
        for (var steps = 0; steps < MaxSteps && !script.IsAtEnd; steps++)
        {
            switch ((Step)(script.Byte() % (int)(Step.Abort + 1)))
            {
                case Step.Untagged:
                    harness.Receive(script.Block(), tag: 0);
                    break;
                case Step.Tagged:
                    harness.Receive(script.Block(), harness.Tag);
                    break;
                case Step.ChangedCookie:
                    ReceiveChangedCookie(harness, script.Byte(), script.Byte());
                    break;
                case Step.Cookie:
                    harness.Receive(SctpHarness.Chunk(ChunkType.CookieEcho, 0, harness.Cookie), harness.Tag);
                    break;
                case Step.Start:
                    harness.Association.Start(harness.Now);
                    harness.Settle();
                    break;
                case Step.Send:
                    for (var count = script.Byte() % 16; count >= 0; count--) harness.Association.Send(0, 53, isUnordered: false, new byte[900], harness.Now);
                    harness.Settle();
                    break;
                case Step.Wait:
                    var pause = TimeSpan.FromMilliseconds(250 * script.Byte());
                    if ((waited += pause) < MaxPause) harness.RunFor(pause);
                    break;
                case Step.Packet:
                    harness.ReceivePacket(script.Block());
                    break;
                case Step.Abort:
                    harness.Association.Abort(harness.Now);
                    harness.Settle();
                    break;
            }
        }
        harness.CheckIsUsable();
    }

    /// <summary>A cookie that we did not make establishes nothing.</summary>
    private static void ReceiveChangedCookie(SctpHarness harness, int at, byte change)
    {
        if (harness.Cookie.Length == 0 || change == 0) return;
        var cookie = harness.Cookie.ToArray();
        cookie[at % cookie.Length] ^= change;
        var before = harness.Association.State;
        harness.Receive(SctpHarness.Chunk(ChunkType.CookieEcho, 0, cookie), harness.Tag);
        if (before == SctpState.Closed) Invariant.Equal(before, harness.Association.State);
    }
}
