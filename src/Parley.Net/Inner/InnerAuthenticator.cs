using System.Buffers.Binary;
using Parley.Net.Routes;

namespace Parley.Net.Inner;

/// <summary>
/// Writes and checks the tags of inner datagrams, with the keys of a route key ring: the one that seals routes tags, each that is not retired
/// is believed. For one thread; only <see cref="Ring"/> may be set by others. Allocates nothing.
/// </summary>
/// <remarks>A tag keeps out who does not have the keys. It does not keep out repetition: what is inside (STUN, DTLS, SRTP) has its own guard against that.</remarks>
public sealed class InnerAuthenticator(RouteKeyRing ring, TimeProvider time)
{
    private volatile RouteKeyRing _ring = ring;
    private RouteKeyRing? _chosenFrom;
    private RouteKey _chosen = ring.Keys[^1];
    private DateTimeOffset _choiceHoldsUntil;

    /// <summary>Any thread may change it; it holds from the next datagram on.</summary>
    public RouteKeyRing Ring
    {
        get => _ring;
        set => _ring = value;
    }

    /// <summary>Marks the header as tagged and writes the tag into the last eight bytes.</summary>
    internal void Sign(Span<byte> datagram)
    {
        var key = ChooseKey();
        datagram[1] |= (byte)(InnerLayout.TaggedFlag | key.Id << InnerLayout.KeyIdShift);
        var tag = SipHash.Compute(key.InnerKey, datagram[..^InnerLayout.TagLength]);
        BinaryPrimitives.WriteUInt64LittleEndian(datagram[^InnerLayout.TagLength..], tag);
    }

    /// <param name="datagram">One that says that it is tagged, and is long enough to be.</param>
    internal InnerStatus Check(ReadOnlySpan<byte> datagram)
    {
        var key = _ring.Find(datagram[1] >> InnerLayout.KeyIdShift);
        if (key is null || (key.RetireAfter is not null && key.IsRetired(time.GetUtcNow()))) return InnerStatus.UnknownKey;
        var tag = SipHash.Compute(key.InnerKey, datagram[..^InnerLayout.TagLength]);
        // One comparison of one word: its time does not depend on where the tags differ.
        return tag == BinaryPrimitives.ReadUInt64LittleEndian(datagram[^InnerLayout.TagLength..]) ? InnerStatus.Ok : InnerStatus.NotAuthentic;
    }

    private RouteKey ChooseKey()
    {
        var ring = _ring;
        var now = time.GetUtcNow();
        if (ring == _chosenFrom && now < _choiceHoldsUntil) return _chosen;
        // None in force: the newest is the likeliest to be known, and the calls that there are go on.
        _chosen = ring.SealingKey(now) ?? ring.Keys[^1];
        _chosenFrom = ring;
        _choiceHoldsUntil = _chosen.RetireAfter > now ? _chosen.RetireAfter.Value : DateTimeOffset.MaxValue;
        foreach (var key in ring.Keys)
            if (key.NotBefore > now && key.NotBefore < _choiceHoldsUntil) _choiceHoldsUntil = key.NotBefore;
        return _chosen;
    }
}
