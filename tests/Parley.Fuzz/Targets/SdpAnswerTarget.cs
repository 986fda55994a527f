using System.Text;
using Parley.Rtc;
using Parley.Rtc.Sdp;

namespace Parley.Fuzz.Targets;

/// <summary>An answer. A bad one leaves the offer as it was: the true answer is still taken.</summary>
internal sealed class SdpAnswerTarget : FuzzTarget
{
    private readonly Lazy<string> _trueAnswer = new(() =>
    {
        using var caller = SdpText.Offer();
        return Answer(caller.LocalDescription);
    });

    public override string Name => "sdp-answer";

    public override string Summary => "an SDP answer to our own offer: taken, or refused so that another can still be given";

    public override int MaxLength => 8192;

    public override long MaxAllocation => 2 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary => SdpText.Dictionary;

    public override IEnumerable<byte[]> Examples() => [Encoding.Latin1.GetBytes(_trueAnswer.Value)];

    public override void Run(ReadOnlySpan<byte> input)
    {
        var answer = Encoding.Latin1.GetString(input);
        if (!SdpAnswer.TryParse(answer, out _, out var error)) Invariant.Holds(error.Message.Length < 500);
        using var caller = SdpText.Offer();
        if (caller.TryAcceptAnswer(answer, new Instant(0), out _)) return;
        Invariant.Holds(caller.TryAcceptAnswer(_trueAnswer.Value, new Instant(0), out _));
    }

    private static string Answer(string offer)
    {
        if (!RtcPeer.TryAnswer(offer, SdpText.Config, SdpText.Random, new Instant(0), out var callee, out var error))
            throw new InvalidOperationException(error.Message);
        using (callee) return callee.LocalDescription;
    }
}
