using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// A datagram between relay and transceiver, as it is and with a true tag. What was read is written again and reads the same; without the key nothing is read.
/// </summary>
internal sealed class InnerTarget : FuzzTarget
{
    private const byte ToRelay = 1, AsksForTag = 2, PutsTagRight = 4;

    private InnerAuthenticator? _authenticator;

    public override string Name => "inner";

    public override string Summary => "the inner protocol between relay and transceiver: read, and written again";

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0xD1], [0xD1, 0, 0, 0], [0xD1, 1, 0, 0], [0xD1, 2, 0, 1], [0xD1, 4, 0, 0], [0xD1, 6, 0, 1], [0, 0], [0, 1, 0], [0, 1, 1], [0, 4, 2], [0, 4, 3], [0xFF, 0xFF]];

    /// <summary>Made when it is first used: before a run begins, instrumented code may not run.</summary>
    private InnerAuthenticator Authenticator => _authenticator ??= CreateAuthenticator();

    public override IEnumerable<byte[]> Examples()
    {
        TransportAddress[] clients =
        [
            TransportAddress.FromIPv4(0xC0000201, 50000), TransportAddress.FromIPv4(0xC0000202, 443) with { Protocol = TransportProtocol.Tcp },
            new((UInt128)0x20010DB8 << 96 | 1, 50000),
        ];
        yield return [0, .. Bundle(InnerDirection.ToTransceiver, authenticator: null, clients)];
        yield return [ToRelay, .. Bundle(InnerDirection.ToRelay, authenticator: null, clients)];
        yield return [AsksForTag, .. Bundle(InnerDirection.ToTransceiver, Authenticator, clients)];
        yield return [ToRelay | AsksForTag | PutsTagRight, .. Bundle(InnerDirection.ToRelay, Authenticator, clients)];
        yield return [0, .. Bundle(InnerDirection.ToTransceiver, Authenticator, [])];
        yield return [0, .. AboutFlows(InnerDirection.ToTransceiver, [])];
        yield return [ToRelay, .. AboutFlows(InnerDirection.ToRelay, clients)];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        int mode = script.Byte();
        var direction = (mode & ToRelay) != 0 ? InnerDirection.ToRelay : InnerDirection.ToTransceiver;
        var authenticator = (mode & AsksForTag) != 0 ? Authenticator : null;
        var datagram = script.Rest().ToArray();
        var isSigned = (mode & PutsTagRight) != 0 && datagram.Length >= InnerLayout.HeaderLength + InnerLayout.TagLength;
        if (isSigned)
        {
            datagram[1] &= InnerLayout.ToRelayFlag | InnerLayout.FlowsFlag | InnerLayout.UnknownFlags;
            Authenticator.Sign(datagram);
        }
        var status = InnerReader.Open(datagram, direction, authenticator, out var reader);
        if (authenticator is not null && status == InnerStatus.Ok && !isSigned) Invariant.Holds(IsHonest(datagram));
        if (status != InnerStatus.Ok) return;
        CheckRecords(datagram, direction, reader);
    }

    private static void CheckRecords(byte[] datagram, InnerDirection direction, InnerReader reader)
    {
        var again = new byte[datagram.Length];
        var writer = reader.IsAboutFlows
            ? InnerWriter.BeginFlows(again, direction, reader.Ingress, authenticator: null) : InnerWriter.Begin(again, direction, reader.Ingress, authenticator: null);
        var records = new List<(TransportAddress Client, byte[] Payload)>();
        while (reader.TryRead(out var client, out var payload))
        {
            Invariant.Holds(!payload.IsEmpty);
            Invariant.Holds(writer.TryAdd(again, client, payload));
            records.Add((client, payload.ToArray()));
        }
        Invariant.Holds(reader.Status is InnerStatus.Ok or InnerStatus.Malformed);
        Invariant.Equal(InnerStatus.Ok, InnerReader.Open(again.AsSpan(0, writer.Finish(again)), direction, authenticator: null, out var copy));
        Invariant.Equal(reader.Ingress, copy.Ingress);
        Invariant.Equal(reader.IsAboutFlows, copy.IsAboutFlows);
        foreach (var (client, payload) in records) Invariant.Holds(copy.TryRead(out var sameClient, out var same) && sameClient == client && same.SequenceEqual(payload));
        Invariant.Holds(!copy.TryRead(out _, out _) && copy.Status == InnerStatus.Ok);
    }

    /// <summary>Nobody else has the key; a mutation may leave an example whole.</summary>
    private bool IsHonest(byte[] datagram) => Examples().Any(example => example.AsSpan(1).SequenceEqual(datagram));

    private static InnerAuthenticator CreateAuthenticator()
    {
        var time = new VirtualTimeProvider(new VirtualClock());
        return new InnerAuthenticator(new RouteKeyRing([RouteKey.Create(0, new SeededRandom(7), time.GetUtcNow())]), time);
    }

    private static byte[] AboutFlows(InnerDirection direction, TransportAddress[] clients)
    {
        var buffer = new byte[InnerLayout.DefaultMaxLength];
        var writer = InnerWriter.BeginFlows(buffer, direction, ingress: 9, authenticator: null);
        foreach (var client in clients) writer.TryName(buffer, client);
        return buffer[..writer.Finish(buffer)];
    }

    private static byte[] Bundle(InnerDirection direction, InnerAuthenticator? authenticator, TransportAddress[] clients)
    {
        var buffer = new byte[InnerLayout.DefaultMaxLength];
        var writer = InnerWriter.Begin(buffer, direction, ingress: 9, authenticator);
        foreach (var client in clients) writer.TryAdd(buffer, client, [0x80, 111, 0, 1, (byte)client.Port]);
        return buffer[..writer.Finish(buffer)];
    }
}
