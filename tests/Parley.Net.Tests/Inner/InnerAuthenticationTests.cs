using Parley.Net.Inner;
using Parley.Net.Routes;

namespace Parley.Net.Tests.Inner;

public sealed class InnerAuthenticationTests
{
    [Fact]
    public void Every_changed_bit_is_noticed()
    {
        var rig = new InnerRig();
        var datagram = rig.Tagged();
        Assert.Equal(InnerStatus.Ok, rig.Open(datagram));
        for (var bit = 0; bit < datagram.Length * 8; bit++)
        {
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(InnerStatus.Ok, rig.Open(datagram));
            datagram[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_datagram_without_a_tag_is_refused_where_tags_are_asked_for()
    {
        var buffer = new byte[200];
        var writer = InnerWriter.Begin(buffer, InnerDirection.ToRelay, 3, null);
        Assert.Equal(InnerStatus.NotTagged, new InnerRig().Open(buffer[..writer.Finish(buffer)]));
    }

    [Fact]
    public void A_tag_is_skipped_where_none_is_asked_for()
    {
        Assert.Equal(InnerStatus.Ok, InnerReader.Open(new InnerRig().Tagged(), InnerDirection.ToRelay, null, out var reader));
        Assert.True(reader.TryRead(out _, out var payload));
        Assert.Equal([1, 2, 3], payload.ToArray());
        Assert.False(reader.TryRead(out _, out _));
        Assert.Equal(InnerStatus.Ok, reader.Status);
    }

    [Fact]
    public void A_datagram_cannot_be_sent_back_to_where_it_came_from()
    {
        var rig = new InnerRig();
        Assert.Equal(InnerStatus.WrongDirection, rig.Open(rig.Tagged(InnerDirection.ToTransceiver)));
        // Nor when its direction is changed.
        var turned = rig.Tagged(InnerDirection.ToTransceiver);
        turned[1] |= 0x02;
        Assert.Equal(InnerStatus.NotAuthentic, rig.Open(turned));
    }

    [Fact]
    public void Another_fleets_tag_does_not_hold()
    {
        var rig = new InnerRig();
        var datagram = rig.Tagged();
        rig.Authenticator.Ring = RouteKeyRing.Create(rig.Random, rig.Time.GetUtcNow());
        Assert.Equal(InnerStatus.NotAuthentic, rig.Open(datagram));
    }

    [Fact]
    public void The_key_changes_when_the_new_one_is_in_force_and_the_old_one_is_believed_until_it_retires()
    {
        var rig = new InnerRig();
        var lead = TimeSpan.FromMinutes(10);
        var overlap = TimeSpan.FromHours(1);
        rig.Authenticator.Ring = rig.Ring.Rotate(rig.Random, rig.Time.GetUtcNow(), lead, overlap);
        var old = rig.Tagged();
        Assert.Equal(0x01 | 0x02, old[1]);
        rig.Clock.RunFor(lead);
        var young = rig.Tagged();
        Assert.Equal(0x01 | 0x02 | 0x10, young[1]);
        Assert.Equal(InnerStatus.Ok, rig.Open(old));
        rig.Clock.RunFor(overlap);
        Assert.Equal(InnerStatus.UnknownKey, rig.Open(old));
        Assert.Equal(InnerStatus.Ok, rig.Open(young));
    }
}
