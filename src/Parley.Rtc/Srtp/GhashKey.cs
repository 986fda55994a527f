using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>
/// GHASH (NIST SP 800-38D §6.4) under one hash key by carry-less multiplication. Blocks are turned end for end, which
/// makes GCM's bit order the multiplier's; the shift by one bit that this leaves is taken into the powers of the key.
/// </summary>
internal sealed class GhashKey
{
    /// <summary>Blocks multiplied, each by its own power of the key, for one reduction. A voice packet needs no more.</summary>
    public const int Powers = 16;

    private const int BlockLength = 16;

    private readonly Vector128<ulong>[] _powers = new Vector128<ulong>[Powers + 1]; // [n] = H^n · x; [0] is not used

    /// <param name="hashKey">The cipher of the zero block.</param>
    public GhashKey(Vector128<byte> hashKey)
    {
        var power = Swap(hashKey);
        _powers[1] = Double(power);
        for (var i = 2; i <= Powers; i++)
        {
            var sum = default(Product);
            sum.Add(power, _powers[1]);
            power = sum.Reduce();
            _powers[i] = Double(power);
        }
    }

    private static Vector128<byte> ByteSwap => Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>Fetches the powers that a voice packet takes. (<see cref="CacheHint"/>)</summary>
    public void Anticipate() => CacheHint.Prefetch(_powers, 192);

    /// <summary>The hash of both texts, each filled up with zeros to whole blocks, and of their lengths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<byte> Compute(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text)
    {
        var blocks = Blocks(associated) + Blocks(text) + 1;
        var sum = default(Product);
        var power = Math.Min(blocks, Powers);
        Absorb(associated, ref sum, ref power, ref blocks);
        Absorb(text, ref sum, ref power, ref blocks);
        var lengths = Vector128.Create((ulong)text.Length * 8, (ulong)associated.Length * 8);
        if (power == 0) sum = Restart(sum.Reduce(), ref power, blocks);
        sum.Add(lengths, _powers[1]);
        return Ssse3.Shuffle(sum.Reduce().AsByte(), ByteSwap);
    }

    public void Erase() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_powers.AsSpan()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Absorb(ReadOnlySpan<byte> text, ref Product sum, ref int power, ref int blocks)
    {
        ref var powers = ref MemoryMarshal.GetArrayDataReference(_powers);
        ref var bytes = ref MemoryMarshal.GetReference(text);
        var whole = text.Length / BlockLength;
        var rest = text.Length % BlockLength;
        for (var i = 0; i < whole; i++)
        {
            if (power == 0) sum = Restart(sum.Reduce(), ref power, blocks);
            sum.Add(Swap(Vector128.LoadUnsafe(ref Unsafe.Add(ref bytes, i * BlockLength))), Unsafe.Add(ref powers, power));
            power--;
            blocks--;
        }
        if (rest == 0) return;
        if (power == 0) sum = Restart(sum.Reduce(), ref power, blocks);
        sum.Add(Swap(PartialBlock.Load(ref Unsafe.Add(ref bytes, whole * BlockLength), rest)), Unsafe.Add(ref powers, power));
        power--;
        blocks--;
    }

    /// <summary>Begins the next run of powers with the hash so far; the last run ends at the first power.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Product Restart(Vector128<ulong> hash, ref int power, int blocks)
    {
        power = Math.Min(blocks, Powers);
        var sum = default(Product);
        sum.Add(hash, _powers[power]);
        return sum;
    }

    private static int Blocks(ReadOnlySpan<byte> text) => (text.Length + BlockLength - 1) / BlockLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Swap(Vector128<byte> block) => Ssse3.Shuffle(block, ByteSwap).AsUInt64();

    /// <summary>Times x in the field; in constant time, since the key is secret.</summary>
    private static Vector128<ulong> Double(Vector128<ulong> value)
    {
        var low = value[0];
        var high = value[1];
        var carry = 0UL - (high >> 63);
        high = ((high << 1) | (low >> 63)) ^ (carry & 0xC200_0000_0000_0000);
        low = (low << 1) ^ (carry & 1);
        return Vector128.Create(low, high);
    }

    /// <summary>A sum of 256-bit products, before reduction.</summary>
    private struct Product
    {
        private Vector128<ulong> _low;
        private Vector128<ulong> _middle;
        private Vector128<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector128<ulong> left, Vector128<ulong> right)
        {
            _low ^= Pclmulqdq.CarrylessMultiply(left, right, 0x00);
            _high ^= Pclmulqdq.CarrylessMultiply(left, right, 0x11);
            _middle ^= Pclmulqdq.CarrylessMultiply(left, right, 0x01) ^ Pclmulqdq.CarrylessMultiply(left, right, 0x10);
        }

        /// <summary>Modulo x^128 + x^7 + x^2 + x + 1, bit-reflected: two folds of 64 bits.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Vector128<ulong> Reduce()
        {
            var low = _low ^ Sse2.ShiftLeftLogical128BitLane(_middle, 8);
            var high = _high ^ Sse2.ShiftRightLogical128BitLane(_middle, 8);
            var polynomial = Vector128.CreateScalar(0xC200_0000_0000_0000UL);
            low = Sse2.Shuffle(low.AsUInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.CarrylessMultiply(low, polynomial, 0x00);
            low = Sse2.Shuffle(low.AsUInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.CarrylessMultiply(low, polynomial, 0x00);
            return high ^ low;
        }
    }
}
