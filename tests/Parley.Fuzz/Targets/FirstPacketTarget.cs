using System.Buffers.Binary;
using System.Text;
using Parley.Net.Routes;
using Parley.Relay.FirstPackets;
using Parley.Relay.Fleet;
using Parley.Rtc.Stun;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// A stranger's first packet at a relay: as it is, and as the attributes of a check that is otherwise in order. It begins a flow only if it carries a
/// route that was sealed and an integrity of its password, by another reading of the same bytes.
/// </summary>
internal sealed class FirstPacketTarget : FuzzTarget
{
    private const int MaxAttributes = 900;

    private static readonly TransportAddress Client = TransportAddress.FromIPv4(0xC0000201, 50000);
    private static readonly TransportAddress Transceiver = TransportAddress.FromIPv4(0x0A000007, 4000);

    private readonly byte[] _packet = new byte[1500];
    private Bench? _bench;
    private Instant _now;

    public override string Name => "first-packet";

    public override string Summary => "a stranger's first packet at a relay: begins a flow only with a sealed route and its password";

    public override int MaxLength => 1280;

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0x21, 0x12, 0xA4, 0x42], [0, 1, 0, 0], [0, 6, 0, 49], [0, 8, 0, 20], [0x80, 0x28, 0, 4], [0x80, 0x2A, 0, 8], [0, 0x24, 0, 4], [0, 0x25, 0, 0]];

    /// <summary>Made when it is first used: before a run begins, instrumented code may not run.</summary>
    private Bench Table => _bench ??= new Bench();

    public override IEnumerable<byte[]> Examples()
    {
        yield return Check([]).ToArray();
        yield return Check([0xC0, 0x57, 0, 4, 0, 1, 0, 10]).ToArray();
        byte[] priority = [0, 0x24, 0, 4, 0x6E, 0, 1, 0xFF], otherUser = [0, 6, 0, 4, (byte)'a', (byte)':', (byte)'b', (byte)'c'];
        yield return priority;
        yield return otherUser;
        yield return [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, .. new byte[40]];
        yield return [0x80, 111, 0, 1, .. new byte[40]];
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        Classify(input);
        Classify(Check(input[..(Math.Min(input.Length, MaxAttributes) & ~3)]));
    }

    private void Classify(ReadOnlySpan<byte> packet)
    {
        // Later each time: the rates are not what is looked at here.
        _now += TimeSpan.FromSeconds(1);
        var outcome = Table.Classifier.Classify(packet, Client, _now, out var transceiver);
        Invariant.Equal(IsInOrder(packet), outcome == FirstPacketOutcome.Routed);
        if (outcome == FirstPacketOutcome.Routed) Invariant.Equal(Transceiver, transceiver);
        Invariant.Equal(outcome == FirstPacketOutcome.Routed, Table.Classifier.TryFindOwner(packet, out _));
    }

    private bool IsInOrder(ReadOnlySpan<byte> packet) =>
        packet.Length <= StunCheck.MaxLength && StunMessage.TryParse(packet, out var message) == StunParseStatus.Ok && message.Type == StunMessageType.BindingRequest
        && message.HasFingerprint && StunUsername.TryReadServerUfrag(packet, out var ufrag) && ufrag.SequenceEqual(Table.Username.AsSpan(0, Table.UfragLength))
        && Table.Integrity.Verify(message);

    /// <summary>A check with these attributes first.</summary>
    private ReadOnlySpan<byte> Check(ReadOnlySpan<byte> attributes)
    {
        var packet = _packet.AsSpan();
        packet[..StunMessage.HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(packet, (ushort)StunMessageType.BindingRequest);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], StunMessage.MagicCookie);
        var length = StunMessage.HeaderLength;
        attributes.CopyTo(packet[length..]);
        length += attributes.Length;
        length += Attribute(packet[length..], StunAttributeType.Username, Table.Username);
        Span<byte> tag = stackalloc byte[StunIntegrity.TagLength];
        Table.Integrity.Compute(packet[..length], length, tag);
        length += Attribute(packet[length..], StunAttributeType.MessageIntegrity, tag);
        Span<byte> fingerprint = stackalloc byte[4];
        // FINGERPRINT counts itself in the header's length.
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(length + 8 - StunMessage.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(fingerprint, Crc32.Compute(packet[..length]) ^ StunMessage.FingerprintXor);
        length += Attribute(packet[length..], StunAttributeType.Fingerprint, fingerprint);
        return packet[..length];
    }

    private static int Attribute(Span<byte> destination, StunAttributeType type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)value.Length);
        value.CopyTo(destination[4..]);
        var padded = (value.Length + 3) & ~3;
        destination[(4 + value.Length)..(4 + padded)].Clear();
        return 4 + padded;
    }

    /// <summary>A classifier, and the one route that it was given.</summary>
    private sealed class Bench
    {
        public Bench()
        {
            var time = new VirtualTimeProvider(new VirtualClock());
            var random = new SeededRandom(13);
            var ring = new RouteKeyRing([RouteKey.Create(0, random, time.GetUtcNow())]);
            var route = new RouteSealer(ring, time, random).Seal(1, 7, TimeSpan.FromHours(1));
            UfragLength = route.Ufrag.Length;
            Username = Encoding.ASCII.GetBytes($"{route.Ufrag}:h6vY");
            Integrity = new StunIntegrity(route.Password);
            Classifier = new FirstPacketClassifier(
                ring, time, new FleetSnapshot(1, [new FleetNode(1, 7, Transceiver, Api: null)]), new FirstPacketLimits(), random);
        }

        public FirstPacketClassifier Classifier { get; }

        public StunIntegrity Integrity { get; }

        public byte[] Username { get; }

        public int UfragLength { get; }
    }
}
