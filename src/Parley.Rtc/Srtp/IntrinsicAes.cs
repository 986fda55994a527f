using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using AesNi = System.Runtime.Intrinsics.X86.Aes;

namespace Parley.Rtc.Srtp;

/// <summary>The AES block cipher (FIPS 197) by AES-NI: the key schedule, and key streams of eight blocks at a time.</summary>
internal sealed class IntrinsicAes
{
    public const int BlockLength = 16;

    /// <summary>Blocks enciphered side by side, which hides the latency of the round instruction.</summary>
    public const int BatchBlocks = 8;

    public const int BatchLength = BatchBlocks * BlockLength;

    private readonly Vector128<byte>[] _roundKeys;

    /// <param name="key">16 or 32 bytes; not kept.</param>
    public IntrinsicAes(ReadOnlySpan<byte> key) => _roundKeys = ExpandKey(key);

    public static bool IsSupported => AesNi.IsSupported && Ssse3.IsSupported;

    private static Vector128<byte> ByteSwap => Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    /// <summary>Fetches the key. (<see cref="CacheHint"/>)</summary>
    public void Anticipate() => CacheHint.Prefetch(_roundKeys, 192);

    /// <summary>The cipher of one block.</summary>
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        var keys = _roundKeys;
        block ^= keys[0];
        for (var i = 1; i < keys.Length - 1; i++) block = AesNi.Encrypt(block, keys[i]);
        return AesNi.EncryptLast(block, keys[^1]);
    }

    /// <summary>
    /// Key stream of the eight counter blocks from <paramref name="counter"/> on, which is a block turned end for end, so
    /// that its lowest 32-bit lane is the big-endian counter; it wraps alone, as counters of GCM do.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NextKeystream(Vector128<uint> counter, out KeystreamBatch keystream)
    {
        var keys = _roundKeys;
        ref var key = ref MemoryMarshal.GetArrayDataReference(keys);
        var swap = ByteSwap;
        var x0 = Ssse3.Shuffle(counter.AsByte(), swap) ^ key;
        var x1 = Ssse3.Shuffle((counter + Vector128.CreateScalar(1u)).AsByte(), swap) ^ key;
        var x2 = Ssse3.Shuffle((counter + Vector128.CreateScalar(2u)).AsByte(), swap) ^ key;
        var x3 = Ssse3.Shuffle((counter + Vector128.CreateScalar(3u)).AsByte(), swap) ^ key;
        var x4 = Ssse3.Shuffle((counter + Vector128.CreateScalar(4u)).AsByte(), swap) ^ key;
        var x5 = Ssse3.Shuffle((counter + Vector128.CreateScalar(5u)).AsByte(), swap) ^ key;
        var x6 = Ssse3.Shuffle((counter + Vector128.CreateScalar(6u)).AsByte(), swap) ^ key;
        var x7 = Ssse3.Shuffle((counter + Vector128.CreateScalar(7u)).AsByte(), swap) ^ key;
        var last = keys.Length - 1;
        for (var i = 1; i < last; i++)
        {
            var k = Unsafe.Add(ref key, i);
            x0 = AesNi.Encrypt(x0, k);
            x1 = AesNi.Encrypt(x1, k);
            x2 = AesNi.Encrypt(x2, k);
            x3 = AesNi.Encrypt(x3, k);
            x4 = AesNi.Encrypt(x4, k);
            x5 = AesNi.Encrypt(x5, k);
            x6 = AesNi.Encrypt(x6, k);
            x7 = AesNi.Encrypt(x7, k);
        }
        var end = Unsafe.Add(ref key, last);
        keystream.Block0 = AesNi.EncryptLast(x0, end);
        keystream.Block1 = AesNi.EncryptLast(x1, end);
        keystream.Block2 = AesNi.EncryptLast(x2, end);
        keystream.Block3 = AesNi.EncryptLast(x3, end);
        keystream.Block4 = AesNi.EncryptLast(x4, end);
        keystream.Block5 = AesNi.EncryptLast(x5, end);
        keystream.Block6 = AesNi.EncryptLast(x6, end);
        keystream.Block7 = AesNi.EncryptLast(x7, end);
    }

    /// <summary>The counter block as <see cref="NextKeystream"/> takes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ReadCounter(Vector128<byte> block) => Ssse3.Shuffle(block, ByteSwap).AsUInt32();

    /// <summary>XORs <paramref name="text"/> with the key stream from <paramref name="counter"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ApplyKeystream(Vector128<uint> counter, Span<byte> text)
    {
        while (!text.IsEmpty)
        {
            NextKeystream(counter, out var keystream);
            counter += Vector128.CreateScalar((uint)BatchBlocks);
            var take = Math.Min(text.Length, BatchLength);
            Xor(text[..take], ref keystream.Block0);
            text = text[take..];
        }
    }

    /// <summary>XORs at most a batch of text with key stream blocks that follow each other in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Xor(Span<byte> text, ref Vector128<byte> keystream)
    {
        ref var bytes = ref MemoryMarshal.GetReference(text);
        var whole = text.Length / BlockLength;
        for (var i = 0; i < whole; i++)
        {
            ref var at = ref Unsafe.Add(ref bytes, i * BlockLength);
            (Vector128.LoadUnsafe(ref at) ^ Unsafe.Add(ref keystream, i)).StoreUnsafe(ref at);
        }
        var rest = text.Length % BlockLength;
        if (rest == 0) return;
        var partial = PartialBlock.Load(ref Unsafe.Add(ref bytes, whole * BlockLength), rest) ^ Unsafe.Add(ref keystream, whole);
        PartialBlock.Store(partial, ref Unsafe.Add(ref bytes, whole * BlockLength), rest);
    }

    public void Erase() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_roundKeys.AsSpan()));

    /// <summary>FIPS 197 §5.2, for keys of four and eight words.</summary>
    private static Vector128<byte>[] ExpandKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is not (16 or 32)) throw new ArgumentException("An AES key of 16 or 32 bytes.", nameof(key));
        var keyWords = key.Length / sizeof(uint);
        var roundKeys = new Vector128<byte>[keyWords + 7];
        var words = MemoryMarshal.Cast<Vector128<byte>, uint>(roundKeys.AsSpan()); // little-endian words
        key.CopyTo(MemoryMarshal.AsBytes(words));
        var roundConstant = 1u;
        for (var i = keyWords; i < words.Length; i++)
        {
            var word = words[i - 1];
            if (i % keyWords == 0)
            {
                word = uint.RotateRight(SubWord(word), 8) ^ roundConstant;
                roundConstant = (roundConstant << 1) ^ (roundConstant >> 7) * 0x11B;
            }
            else if (keyWords == 8 && i % 4 == 0)
            {
                word = SubWord(word);
            }
            words[i] = words[i - keyWords] ^ word;
        }
        return roundKeys;
    }

    /// <summary>The S-box on each byte; the instruction's first result word is SubWord of the second input word.</summary>
    private static uint SubWord(uint word) => AesNi.KeygenAssist(Vector128.Create(word).AsByte(), 0).AsUInt32()[0];
}
