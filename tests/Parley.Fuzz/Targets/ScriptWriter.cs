namespace Parley.Fuzz.Targets;

/// <summary>Writes what <see cref="Script"/> reads: for examples.</summary>
internal sealed class ScriptWriter
{
    private readonly List<byte> _bytes = [];

    public ScriptWriter Byte(int value)
    {
        _bytes.Add((byte)value);
        return this;
    }

    public ScriptWriter Block(ReadOnlySpan<byte> block)
    {
        _bytes.Add((byte)(block.Length >> 8));
        _bytes.Add((byte)block.Length);
        _bytes.AddRange(block);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
