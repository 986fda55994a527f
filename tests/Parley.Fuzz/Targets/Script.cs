namespace Parley.Fuzz.Targets;

/// <summary>Reads an input as a list of steps. It never runs dry in the middle: what is missing counts as zero or is left out.</summary>
internal ref struct Script(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty) return 0;
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public ushort UInt16() => (ushort)(Byte() << 8 | Byte());

    /// <summary>Bytes with their length in two bytes before them; fewer when there are fewer.</summary>
    public ReadOnlySpan<byte> Block()
    {
        var length = Math.Min(UInt16(), _rest.Length);
        var block = _rest[..length];
        _rest = _rest[length..];
        return block;
    }

    public ReadOnlySpan<byte> Rest()
    {
        var rest = _rest;
        _rest = default;
        return rest;
    }
}
