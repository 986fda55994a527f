using System.Buffers.Binary;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>One Binding transaction of ours: its id, and how often and in what role it was sent. (RFC 8489 §6.2.1)</summary>
internal struct IceTransaction
{
    private ulong _idStart;
    private uint _idEnd;

    public Instant FirstSent { get; private set; }

    /// <summary>0 when there is none under way.</summary>
    public int Sends { get; set; }

    /// <summary>The role in which it was last sent.</summary>
    public bool IsControlling { get; set; }

    /// <summary>It was last sent with USE-CANDIDATE.</summary>
    public bool IsNominating { get; set; }

    /// <summary>Only a transaction sent once tells the round trip: otherwise it is unclear which sending was answered. (RFC 6298 §3)</summary>
    public readonly bool MeasuresRoundTrip => Sends == 1;

    public void Begin(IRandomSource random, Instant now)
    {
        // 96 random bits: nobody off the path can guess an answer. (RFC 8489 §5)
        _idStart = random.NextUInt64();
        _idEnd = random.NextUInt32();
        FirstSent = now;
        Sends = 1;
    }

    public readonly void CopyId(Span<byte> id)
    {
        BinaryPrimitives.WriteUInt64BigEndian(id, _idStart);
        BinaryPrimitives.WriteUInt32BigEndian(id[8..], _idEnd);
    }

    public readonly bool Matches(in StunMessage response) => Sends > 0
        && BinaryPrimitives.ReadUInt64BigEndian(response.TransactionId) == _idStart
        && BinaryPrimitives.ReadUInt32BigEndian(response.TransactionId[8..]) == _idEnd;
}
