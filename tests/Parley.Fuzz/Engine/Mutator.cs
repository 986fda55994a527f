using System.Buffers.Binary;
using Parley.Simulation;

namespace Parley.Fuzz.Engine;

/// <summary>Makes inputs out of inputs: AFL's havoc and splice. The same seed makes the same ones.</summary>
internal sealed class Mutator(SeededRandom random, int maxLength, IReadOnlyList<byte[]> dictionary)
{
    private static readonly int[] Interesting = [0, 1, 2, 3, 4, 7, 8, 12, 16, 32, 63, 64, 100, 127, 128, 191, 192, 255, 256, 512, 1000, 1200, 4096,
        0x7FFE, 0x7FFF, 0x8000, 0xFFFC, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, int.MinValue, -2, -1];

    private readonly byte[] _buffer = new byte[maxLength];
    private int _length;

    /// <param name="input">Stays as it is.</param>
    /// <param name="other">What pieces are taken from.</param>
    public byte[] Mutate(ReadOnlySpan<byte> input, ReadOnlySpan<byte> other)
    {
        _length = Math.Min(input.Length, maxLength);
        input[.._length].CopyTo(_buffer);
        if (random.NextInt(8) == 0) Splice(other);
        // 1, 2, 4 … 32 mutations on top of each other.
        for (var left = 1 << random.NextInt(6); left > 0; left--) MutateOnce(other);
        return _buffer.AsSpan(0, _length).ToArray();
    }

    private void MutateOnce(ReadOnlySpan<byte> other)
    {
        switch (random.NextInt(_length == 0 ? 2 : 14))
        {
            case 0: Insert(_length == 0 ? RandomBytes() : Piece(other)); break;
            case 1: InsertWord(); break;
            case 2: OverwriteWord(); break;
            case 3: _buffer[At()] ^= (byte)(1 << random.NextInt(8)); break;
            case 4: _buffer[At()] = (byte)random.Next(); break;
            case 5: _buffer[At()] += (byte)(random.NextInt(71) - 35); break;
            case 6: OverwriteNumber(2); break;
            case 7: OverwriteNumber(4); break;
            case 8: AddToNumber(); break;
            case 9: Delete(); break;
            case 10: Truncate(); break;
            case 11: Insert(Piece(_buffer.AsSpan(0, _length)).ToArray()); break;
            case 12: Overwrite(Piece(_buffer.AsSpan(0, _length)).ToArray()); break;
            default: Overwrite(Piece(other)); break;
        }
    }

    private int At() => random.NextInt(_length);

    private ReadOnlySpan<byte> Piece(ReadOnlySpan<byte> of)
    {
        if (of.IsEmpty) return default;
        var start = random.NextInt(of.Length);
        return of.Slice(start, 1 + random.NextInt(Math.Min(of.Length - start, 1 << random.NextInt(9))));
    }

    private byte[] RandomBytes()
    {
        var bytes = new byte[1 + random.NextInt(Math.Min(32, maxLength))];
        random.Fill(bytes);
        return bytes;
    }

    private void Splice(ReadOnlySpan<byte> other)
    {
        if (other.IsEmpty) return;
        var keep = random.NextInt(_length + 1);
        var tail = other[random.NextInt(other.Length)..];
        tail = tail[..Math.Min(tail.Length, maxLength - keep)];
        tail.CopyTo(_buffer.AsSpan(keep));
        _length = keep + tail.Length;
    }

    private void Insert(ReadOnlySpan<byte> piece)
    {
        piece = piece[..Math.Min(piece.Length, maxLength - _length)];
        var at = random.NextInt(_length + 1);
        _buffer.AsSpan(at, _length - at).CopyTo(_buffer.AsSpan(at + piece.Length));
        piece.CopyTo(_buffer.AsSpan(at));
        _length += piece.Length;
    }

    private void Overwrite(ReadOnlySpan<byte> piece)
    {
        var at = At();
        piece[..Math.Min(piece.Length, _length - at)].CopyTo(_buffer.AsSpan(at));
    }

    private void InsertWord() => Insert(Word());

    private void OverwriteWord() => Overwrite(Word());

    private byte[] Word() => dictionary.Count == 0 ? RandomBytes() : dictionary[random.NextInt(dictionary.Count)];

    private void OverwriteNumber(int size)
    {
        if (_length < size) return;
        var at = random.NextInt(_length - size + 1);
        var value = Interesting[random.NextInt(Interesting.Length)];
        if (size == 2) BinaryPrimitives.WriteInt16BigEndian(_buffer.AsSpan(at), unchecked((short)value));
        else BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(at), value);
    }

    private void AddToNumber()
    {
        if (_length < 2) return;
        var at = _buffer.AsSpan(random.NextInt(_length - 1));
        BinaryPrimitives.WriteInt16BigEndian(at, (short)(BinaryPrimitives.ReadInt16BigEndian(at) + random.NextInt(71) - 35));
    }

    private void Delete()
    {
        var at = At();
        var count = 1 + random.NextInt(Math.Min(_length - at, 1 << random.NextInt(9)));
        _buffer.AsSpan(at + count, _length - at - count).CopyTo(_buffer.AsSpan(at));
        _length -= count;
    }

    private void Truncate() => _length = random.NextInt(_length + 1);
}
