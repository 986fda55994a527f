using System.Buffers.Binary;
using Parley.Rtc.Stun;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>One STUN message, as it is and with a true length and FINGERPRINT. What was understood is written, and read again.</summary>
internal sealed class StunTarget : FuzzTarget
{
    private static readonly StunIntegrity Integrity = new("VOkJxbRl1RmTxUk/WvJxBt");

    private readonly byte[] _copy = new byte[StunMessage.HeaderLength + 4 * 512];
    private readonly byte[] _written = new byte[4096];

    public override string Name => "stun";

    public override string Summary => "a STUN message: parsed, verified, written and parsed again";

    public override IReadOnlyList<byte[]> Dictionary { get; } =
    [
        [0x21, 0x12, 0xA4, 0x42], [0, 1, 0, 0], [1, 1, 0, 0], [1, 0x11, 0, 0], [0, 6, 0, 9], [0, 8, 0, 20], [0, 9, 0, 4], [0, 0x0A, 0, 4],
        [0, 0x20, 0, 8], [0, 0x20, 0, 20], [0, 0x24, 0, 4], [0, 0x25, 0, 0], [0x80, 0x22, 0, 4], [0x80, 0x28, 0, 4], [0x80, 0x29, 0, 8], [0x80, 0x2A, 0, 8],
    ];

    public override int MaxLength => StunMessage.HeaderLength + 4 * 300;

    public override IEnumerable<byte[]> Examples()
    {
        yield return Request("evtj:h6vY"u8, isControlling: true);
        yield return Request("a:b"u8, isControlling: false);
        yield return Success(TransportAddress.FromIPv4(0xC0000201, 32853));
        yield return Success(new TransportAddress((UInt128)0x20010DB8 << 96 | 0x12345678, 32853));
        yield return Error();
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        Check(input);
        if (input.Length is < StunMessage.HeaderLength + 8 || input.Length > _copy.Length) return;
        // A mutation breaks length and FINGERPRINT first of all: behind true ones it reaches the attributes.
        var repaired = _copy.AsSpan(0, input.Length & ~3);
        input[..repaired.Length].CopyTo(repaired);
        BinaryPrimitives.WriteUInt16BigEndian(repaired[2..], (ushort)(repaired.Length - StunMessage.HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(repaired[4..], StunMessage.MagicCookie);
        BinaryPrimitives.WriteUInt16BigEndian(repaired[^8..], (ushort)StunAttributeType.Fingerprint);
        BinaryPrimitives.WriteUInt16BigEndian(repaired[^6..], 4);
        BinaryPrimitives.WriteUInt32BigEndian(repaired[^4..], Crc32.Compute(repaired[..^8]) ^ StunMessage.FingerprintXor);
        Check(repaired);
    }

    private void Check(ReadOnlySpan<byte> packet)
    {
        var named = StunUsername.TryReadServerUfrag(packet, out var ufrag);
        if (StunMessage.TryParse(packet, out var message) != StunParseStatus.Ok) return;
        var colon = message.HasUsername ? message.Username.IndexOf((byte)':') : -1;
        if (message.Type == StunMessageType.BindingRequest && colon is >= 1 and <= StunUsername.MaxUfragLength)
            Invariant.Holds(named && ufrag.SequenceEqual(message.Username[..colon]));
        Invariant.Holds(message.UnknownCount <= StunMessage.MaxUnknownAttributes);
        Invariant.Holds(message.ErrorCode is 0 or (>= 300 and <= 699));
        _ = Integrity.Verify(message);
        if (message.Username.Length > 513) return;
        CheckWritten(message);
    }

    private void CheckWritten(in StunMessage message)
    {
        var writer = new StunWriter(_written, message.Type, message.TransactionId);
        if (message.HasUsername) writer.AddUsername(message.Username);
        if (message.Priority is { } priority) writer.AddPriority(priority);
        if (message.UseCandidate) writer.AddUseCandidate();
        if (message.IceControlling is { } controlling) writer.AddRole(isControlling: true, controlling);
        if (message.IceControlled is { } controlled) writer.AddRole(isControlling: false, controlled);
        if (message.XorMappedAddress is { } address) writer.AddXorMappedAddress(address);
        if (message.ErrorCode != 0) writer.AddErrorCode((StunErrorCode)message.ErrorCode);
        if (message.UnknownCount > 0) writer.AddUnknownAttributes(message);
        writer.AddMessageIntegrity(Integrity);
        var length = writer.Finish();

        Invariant.Equal(StunParseStatus.Ok, StunMessage.TryParse(_written.AsSpan(0, length), out var again));
        Invariant.Holds(Integrity.Verify(again) && again.HasFingerprint);
        Invariant.Equal(message.Type, again.Type);
        Invariant.Holds(again.TransactionId.SequenceEqual(message.TransactionId) && again.Username.SequenceEqual(message.Username));
        Invariant.Equal(message.Priority, again.Priority);
        Invariant.Equal(message.UseCandidate, again.UseCandidate);
        Invariant.Equal(message.IceControlling, again.IceControlling);
        Invariant.Equal(message.IceControlled, again.IceControlled);
        Invariant.Equal(message.XorMappedAddress, again.XorMappedAddress);
        Invariant.Equal(message.ErrorCode, again.ErrorCode);
    }

    private static byte[] Request(ReadOnlySpan<byte> username, bool isControlling)
    {
        var buffer = new byte[StunWriter.MaxMessageLength];
        var writer = new StunWriter(buffer, StunMessageType.BindingRequest, Transaction(1));
        writer.AddUsername(username);
        writer.AddPriority(0x6E0001FF);
        if (isControlling) writer.AddUseCandidate();
        writer.AddRole(isControlling, 0x932FF9B151263B36);
        writer.AddMessageIntegrity(Integrity);
        return buffer[..writer.Finish()];
    }

    private static byte[] Success(TransportAddress mapped)
    {
        var buffer = new byte[StunWriter.MaxMessageLength];
        var writer = new StunWriter(buffer, StunMessageType.BindingSuccess, Transaction(2));
        writer.AddXorMappedAddress(mapped);
        writer.AddMessageIntegrity(Integrity);
        return buffer[..writer.Finish()];
    }

    private static byte[] Error()
    {
        var buffer = new byte[StunWriter.MaxMessageLength];
        var writer = new StunWriter(buffer, StunMessageType.BindingError, Transaction(3));
        writer.AddErrorCode(StunErrorCode.RoleConflict);
        writer.AddMessageIntegrity(Integrity);
        return buffer[..writer.Finish()];
    }

    private static byte[] Transaction(ulong seed)
    {
        var id = new byte[StunMessage.TransactionIdLength];
        new SeededRandom(seed).Fill(id);
        return id;
    }
}
