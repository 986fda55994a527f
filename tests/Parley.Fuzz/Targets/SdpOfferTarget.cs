using System.Text;
using Parley.Rtc;
using Parley.Rtc.Sdp;

namespace Parley.Fuzz.Targets;

/// <summary>An offer. What can be answered has an answer of bounded length, with a section for each of the offer's, that is well-formed itself.</summary>
internal sealed class SdpOfferTarget : FuzzTarget
{
    public override string Name => "sdp-offer";

    public override string Summary => "an SDP offer: answered by a peer, or refused with a reason; the answer is read again";

    public override int MaxLength => 8192;

    public override long MaxAllocation => 2 * 1024 * 1024;

    public override IReadOnlyList<byte[]> Dictionary => SdpText.Dictionary;

    public override IEnumerable<byte[]> Examples()
    {
        using var peer = SdpText.Offer();
        yield return Encoding.Latin1.GetBytes(peer.LocalDescription);
        foreach (var offer in RecordedOffers.All) yield return offer;
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var offer = Encoding.Latin1.GetString(input);
        if (!RtcPeer.TryAnswer(offer, SdpText.Config, SdpText.Random, new Instant(0), out var peer, out var error))
        {
            Invariant.Holds(error.Code.Length > 0 && error.Message.Length < 500);
            return;
        }
        using (peer)
        {
            var answer = peer.LocalDescription;
            Invariant.Holds(answer.Length < 4096 + 2 * offer.Length);
            Invariant.Holds(SdpDocument.TryParse(offer, out var offered, out _));
            Invariant.Holds(SdpDocument.TryParse(answer, out var answered, out _));
            Invariant.Equal(offered!.Media.Count, answered!.Media.Count);
        }
    }
}
