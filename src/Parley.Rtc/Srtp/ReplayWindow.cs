namespace Parley.Rtc.Srtp;

/// <summary>The newest index and which of the <see cref="Length"/> indices up to it were seen. (RFC 3711 §3.3.2)</summary>
internal struct ReplayWindow
{
    public const int Length = 128;

    private ulong _newest;
    private UInt128 _seen; // bit n: the index _newest − n was seen

    public readonly bool IsEmpty => _seen == UInt128.Zero;

    public readonly ulong Newest => _newest;

    public readonly SrtpStatus Check(ulong index)
    {
        if (IsEmpty || index > _newest) return SrtpStatus.Ok;
        var age = _newest - index;
        if (age >= Length) return SrtpStatus.TooOld;
        return ((_seen >> (int)age) & UInt128.One) == UInt128.Zero ? SrtpStatus.Ok : SrtpStatus.Replayed;
    }

    /// <summary>Marks an index that <see cref="Check"/> passed and whose packet is authentic.</summary>
    public void Accept(ulong index)
    {
        if (IsEmpty || index > _newest)
        {
            var step = index - _newest;
            _seen = (IsEmpty || step >= Length ? UInt128.Zero : _seen << (int)step) | UInt128.One;
            _newest = index;
            return;
        }
        _seen |= UInt128.One << (int)(_newest - index);
    }
}
