using Parley.Net.Routes;

namespace Parley.Net.Tests.Routes;

public sealed class RouteKeyRotationTests
{
    private static readonly TimeSpan Lead = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(2);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    [Fact]
    public void A_new_key_seals_after_its_lead_and_opens_at_once()
    {
        var rig = new RouteRig();
        var rotated = rig.Ring.Rotate(rig.Random, rig.Time.GetUtcNow(), Lead, Overlap);
        Assert.Equal(0, rotated.SealingKey(rig.Time.GetUtcNow())!.Id);
        rig.Clock.RunFor(Lead);
        Assert.Equal(1, rotated.SealingKey(rig.Time.GetUtcNow())!.Id);

        // A node whose clock is ahead seals with it already.
        rig.Sealer.Ring = rotated;
        var early = rig.Sealer.Seal(1, 7, Lifetime).Ufrag;
        var behind = new RouteRig();
        behind.Opener.Ring = rotated;
        Assert.Equal(RouteStatus.Ok, behind.Open(early));
    }

    [Fact]
    public void Routes_of_the_old_key_open_until_it_retires()
    {
        var rig = new RouteRig();
        var ufrag = rig.Sealer.Seal(1, 7, TimeSpan.FromHours(10)).Ufrag;
        rig.Opener.Ring = rig.Ring.Rotate(rig.Random, rig.Time.GetUtcNow(), Lead, Overlap);
        rig.Clock.RunFor(Lead + Overlap - TimeSpan.FromSeconds(1));
        Assert.Equal(RouteStatus.Ok, rig.Open(ufrag));
        rig.Clock.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(RouteStatus.UnknownKey, rig.Open(ufrag));
    }

    [Fact]
    public void A_node_that_has_not_read_the_new_key_refuses_its_routes()
    {
        var rig = new RouteRig();
        rig.Sealer.Ring = rig.Ring.Rotate(rig.Random, rig.Time.GetUtcNow(), Lead, Overlap);
        rig.Clock.RunFor(Lead);
        Assert.Equal(RouteStatus.UnknownKey, rig.Open(rig.Sealer.Seal(1, 7, Lifetime).Ufrag));
    }

    [Fact]
    public void Another_fleets_key_with_the_same_id_opens_nothing()
    {
        var rig = new RouteRig();
        var other = RouteKeyRing.Create(rig.Random, rig.Time.GetUtcNow());
        var ufrag = new RouteSealer(other, rig.Time, rig.Random).Seal(1, 7, Lifetime).Ufrag;
        Assert.Equal(RouteStatus.NotAuthentic, rig.Open(ufrag));
    }

    [Fact]
    public void Ids_are_used_again_only_when_retired_and_last()
    {
        var rig = new RouteRig();
        var ring = rig.Ring;
        for (var i = 1; i <= 40; i++)
        {
            ring = ring.Rotate(rig.Random, rig.Time.GetUtcNow(), TimeSpan.Zero, Overlap);
            Assert.Equal(i % 16, ring.Keys[^1].Id);
            Assert.InRange(ring.Keys.Count, 2, 3);
            rig.Clock.RunFor(Overlap);
        }
    }

    [Fact]
    public void A_ring_that_is_full_says_what_to_do()
    {
        var rig = new RouteRig();
        var ring = rig.Ring;
        for (var i = 1; i < 16; i++) ring = ring.Rotate(rig.Random, rig.Time.GetUtcNow(), TimeSpan.Zero, Overlap);
        var full = Assert.Throws<InvalidOperationException>(() => ring.Rotate(rig.Random, rig.Time.GetUtcNow(), TimeSpan.Zero, Overlap));
        Assert.Contains("shorter overlap", full.Message);
    }

    [Fact]
    public void Sealing_without_a_key_in_force_says_what_to_do()
    {
        var rig = new RouteRig();
        rig.Sealer.Ring = new RouteKeyRing([rig.Ring.Keys[0].RetiringAfter(rig.Time.GetUtcNow())]);
        Assert.Contains("parley keys rotate", Assert.Throws<InvalidOperationException>(() => rig.Sealer.Seal(1, 7, Lifetime)).Message);
    }
}
