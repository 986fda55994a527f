namespace Parley.Audio;

/// <summary>Which packet is next, and which of those before it came, as far back as it remembers.</summary>
internal struct PacketHistory
{
    private const int Length = 128;

    /// <summary>Bit i: packet Next − 1 − i came.</summary>
    private UInt128 _came;

    /// <summary>The sequence number of the packet that is next.</summary>
    public long Next { get; private set; }

    /// <summary>The next packet came in time.</summary>
    public void Take()
    {
        _came = (_came << 1) | UInt128.One;
        Next++;
    }

    /// <summary>The packets before <paramref name="sequence"/> did not come in time.</summary>
    public void PassOver(long sequence)
    {
        var missing = sequence - Next;
        _came = missing >= Length ? UInt128.Zero : _came << (int)missing;
        Next = sequence;
    }

    /// <summary>The packet's time is over, and it is known whether it came.</summary>
    public readonly bool Remembers(long sequence) => Next - 1 - sequence is >= 0 and < Length;

    public readonly bool HasCome(long sequence) => Remembers(sequence) && (_came & BitOf(sequence)) != UInt128.Zero;

    /// <summary>A packet came after its time.</summary>
    public void NoteLate(long sequence)
    {
        if (Remembers(sequence)) _came |= BitOf(sequence);
    }

    private readonly UInt128 BitOf(long sequence) => UInt128.One << (int)(Next - 1 - sequence);
}
