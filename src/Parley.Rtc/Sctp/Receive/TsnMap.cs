using System.Numerics;
using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Receive;

internal enum TsnStatus
{
    New,
    Duplicate,
    OutsideWindow,
}

/// <summary>Which TSNs have arrived: the cumulative one, and a ring of bits for those beyond it. (RFC 9260 §6.2)</summary>
internal sealed class TsnMap(Tsn initialTsn)
{
    /// <summary>TSNs further ahead are dropped unacknowledged. Offsets in a SACK are 16 bits wide, so it may not exceed 65,535.</summary>
    public const int MaxWindow = 32_768;

    private const int BitsPerWord = 64;

    private ulong[] _words = new ulong[4];

    /// <summary>Everything up to and including it has arrived.</summary>
    public Tsn Cumulative { get; private set; } = initialTsn.Previous;

    /// <summary>The highest that has arrived.</summary>
    public Tsn Highest { get; private set; } = initialTsn.Previous;

    public bool HasGap => Highest != Cumulative;

    public TsnStatus StatusOf(Tsn tsn)
    {
        var offset = tsn.DistanceFrom(Cumulative);
        if (offset <= 0) return TsnStatus.Duplicate;
        if (offset > MaxWindow) return TsnStatus.OutsideWindow;
        return tsn <= Highest && IsSet(tsn) ? TsnStatus.Duplicate : TsnStatus.New;
    }

    /// <summary>Notes the arrival of a TSN whose status is new.</summary>
    public void Add(Tsn tsn)
    {
        if (tsn == Cumulative.Next && !HasGap)
        {
            Cumulative = Highest = tsn;
            return;
        }
        var offset = tsn.DistanceFrom(Cumulative);
        while (offset >= _words.Length * BitsPerWord) Grow();
        _words[WordOf(tsn)] |= 1UL << (int)(tsn.Value % BitsPerWord);
        if (tsn > Highest) Highest = tsn;
        AdvanceOverSet();
    }

    /// <summary>Counts everything up to <paramref name="tsn"/> as arrived. (RFC 3758 §3.6)</summary>
    public void AdvanceTo(Tsn tsn)
    {
        if (tsn <= Cumulative) return;
        if (tsn >= Highest)
        {
            Array.Clear(_words);
            Cumulative = Highest = tsn;
            return;
        }
        while (Cumulative != tsn) TakeNext();
        AdvanceOverSet();
    }

    /// <summary>Writes the runs beyond the cumulative TSN, lowest first, as many as fit; returns how many.</summary>
    public int WriteGaps(Span<GapBlock> gaps)
    {
        var count = 0;
        var end = Highest.DistanceFrom(Cumulative) + 1;
        for (var offset = 1; offset < end && count < gaps.Length;)
        {
            var start = Find(offset, end, wanted: true);
            if (start == end) break;
            offset = Find(start, end, wanted: false);
            gaps[count++] = new GapBlock((ushort)start, (ushort)(offset - 1));
        }
        return count;
    }

    /// <summary>The first offset from <paramref name="offset"/> on whose bit is as wanted; <paramref name="end"/> when there is none.</summary>
    private int Find(int offset, int end, bool wanted)
    {
        while (offset < end)
        {
            var tsn = Cumulative + offset;
            var bit = (int)(tsn.Value % BitsPerWord);
            var word = wanted ? _words[WordOf(tsn)] : ~_words[WordOf(tsn)];
            word >>= bit;
            if (word != 0) return Math.Min(end, offset + BitOperations.TrailingZeroCount(word));
            offset += BitsPerWord - bit;
        }
        return end;
    }

    private void AdvanceOverSet()
    {
        while (HasGap && IsSet(Cumulative.Next)) TakeNext();
    }

    private void TakeNext()
    {
        Cumulative = Cumulative.Next;
        _words[WordOf(Cumulative)] &= ~(1UL << (int)(Cumulative.Value % BitsPerWord));
    }

    private void Grow()
    {
        var old = _words;
        _words = new ulong[old.Length * 2];
        for (var tsn = Cumulative.Next; tsn <= Highest; tsn = tsn.Next)
        {
            var bit = 1UL << (int)(tsn.Value % BitsPerWord);
            if ((old[tsn.Value / BitsPerWord % (uint)old.Length] & bit) != 0) _words[WordOf(tsn)] |= bit;
        }
    }

    private bool IsSet(Tsn tsn) => (_words[WordOf(tsn)] >> (int)(tsn.Value % BitsPerWord) & 1) != 0;

    private int WordOf(Tsn tsn) => (int)(tsn.Value / BitsPerWord % (uint)_words.Length);
}
