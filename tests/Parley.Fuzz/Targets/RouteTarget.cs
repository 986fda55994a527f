using System.Text;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>The ufrag of a stranger's first packet. None that was not sealed opens; a route that was sealed says what was put in.</summary>
internal sealed class RouteTarget : FuzzTarget
{
    private Bench? _bench;

    public override string Name => "route";

    public override string Summary => "a sealed route in a ufrag: opened, and sealed again";

    public override int MaxLength => 300;

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[(byte)'='], [(byte)' '], [(byte)'+'], [(byte)'/'], [(byte)'E', (byte)'w'], [(byte)'F', (byte)'A'], [0xFF]];

    /// <summary>Made when it is first used: before a run begins, instrumented code may not run.</summary>
    private Bench Table => _bench ??= new Bench();

    public override IEnumerable<byte[]> Examples() => Table.Honest.Select(Encoding.ASCII.GetBytes);

    public override void Run(ReadOnlySpan<byte> input)
    {
        var status = Table.Opener.Open(input, out _);
        // What opens was sealed by us: a forgery would have to be a tag of 96 bits that fits by chance.
        if (status is RouteStatus.Ok or RouteStatus.Expired) Invariant.Holds(Table.Honest.Contains(Encoding.ASCII.GetString(input)));
        Span<byte> password = stackalloc byte[SealedRoute.PasswordLength];
        if (Table.Opener.TryWritePassword(input, password)) Invariant.Holds(status != RouteStatus.Malformed && password.IndexOfAnyExceptInRange((byte)'+', (byte)'z') < 0);
        else Invariant.Holds(status is RouteStatus.Malformed or RouteStatus.UnknownKey);
        CheckSealed(new Script(input));
    }

    private void CheckSealed(Script script)
    {
        var (cluster, node, minutes) = (script.UInt16(), script.UInt16(), script.UInt16());
        var sealedRoute = Table.Sealer.Seal(cluster, node, TimeSpan.FromMinutes(minutes));
        var ufrag = Encoding.ASCII.GetBytes(sealedRoute.Ufrag);
        Invariant.Equal(minutes == 0 ? RouteStatus.Expired : RouteStatus.Ok, Table.Opener.Open(ufrag, out var route));
        Invariant.Holds(route.Cluster == cluster && route.Node == node && route.ExpiresAt == Table.Time.GetUtcNow().AddMinutes(minutes));
        ufrag[script.Byte() % ufrag.Length] ^= (byte)(1 + script.Byte() % 255);
        Invariant.Holds(Table.Opener.Open(ufrag, out _) is not (RouteStatus.Ok or RouteStatus.Expired));
    }

    /// <summary>Two keys, and what was sealed with them.</summary>
    private sealed class Bench
    {
        public Bench()
        {
            var ring = new RouteKeyRing([Key(3), Key(4)]);
            Opener = new RouteOpener(ring, Time);
            Sealer = new RouteSealer(ring, Time, new SeededRandom(11));
            Honest = [Seal(0, 0, 60), Seal(1, 7, 60), Seal(ushort.MaxValue, ushort.MaxValue, 24 * 60)];
        }

        public VirtualTimeProvider Time { get; } = new(new VirtualClock());

        public RouteOpener Opener { get; }

        public RouteSealer Sealer { get; }

        public string[] Honest { get; }

        private RouteKey Key(int id) => RouteKey.Create(id, new SeededRandom((ulong)id), Time.GetUtcNow());

        private string Seal(ushort cluster, ushort node, int minutes) => Sealer.Seal(cluster, node, TimeSpan.FromMinutes(minutes)).Ufrag;
    }
}
