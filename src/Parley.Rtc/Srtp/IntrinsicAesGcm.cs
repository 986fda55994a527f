using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Parley.Rtc.Srtp;

/// <summary>
/// AES-GCM by AES-NI and PCLMULQDQ. The first key stream block masks the tag and the rest cover the text, in one batch
/// for a voice packet; GHASH multiplies up to <see cref="GhashKey.Powers"/> blocks before it reduces once.
/// </summary>
internal sealed class IntrinsicAesGcm : AesGcmCipher
{
    private readonly IntrinsicAes _aes;
    private readonly GhashKey _ghash;

    /// <param name="key">16 or 32 bytes; not kept.</param>
    public IntrinsicAesGcm(ReadOnlySpan<byte> key)
    {
        _aes = new IntrinsicAes(key);
        _ghash = new GhashKey(_aes.Encrypt(Vector128<byte>.Zero));
    }

    public static bool IsSupported => IntrinsicAes.IsSupported && Pclmulqdq.IsSupported && BitConverter.IsLittleEndian;

    public override void Seal(GcmNonce nonce, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tag.Length, TagLength, nameof(tag));
        var counter = FirstCounter(nonce);
        _aes.NextKeystream(counter, out var keystream);
        var mask = keystream.Block0;
        Crypt(counter, ref keystream, text);
        (_ghash.Compute(associated, text) ^ mask).StoreUnsafe(ref MemoryMarshal.GetReference(tag));
    }

    public override bool TryOpen(GcmNonce nonce, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(tag.Length, TagLength, nameof(tag));
        var counter = FirstCounter(nonce);
        _aes.NextKeystream(counter, out var keystream);
        var computed = _ghash.Compute(associated, text) ^ keystream.Block0;
        // One comparison of the whole vector: its time does not depend on where the tags differ.
        if (computed != Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(tag))) return false;
        Crypt(counter, ref keystream, text);
        return true;
    }

    public override void Anticipate(int step)
    {
        if (step == 0)
        {
            CacheHint.Prefetch(_aes, 32);
            CacheHint.Prefetch(_ghash, 32);
            return;
        }
        _aes.Anticipate();
        _ghash.Anticipate();
    }

    public override void Dispose()
    {
        _aes.Erase();
        _ghash.Erase();
    }

    /// <summary>XORs the text with the seven blocks behind the tag's mask, then with further batches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Crypt(Vector128<uint> counter, ref KeystreamBatch keystream, Span<byte> text)
    {
        const int FirstLength = (IntrinsicAes.BatchBlocks - 1) * IntrinsicAes.BlockLength;
        if (text.Length <= FirstLength)
        {
            IntrinsicAes.Xor(text, ref keystream.Block1);
            return;
        }
        IntrinsicAes.Xor(text[..FirstLength], ref keystream.Block1);
        _aes.ApplyKeystream(counter + Vector128.CreateScalar((uint)IntrinsicAes.BatchBlocks), text[FirstLength..]);
    }

    /// <summary>J0: the nonce and a 32-bit counter of one (SP 800-38D §7.1), end for end.</summary>
    private static Vector128<uint> FirstCounter(GcmNonce nonce) =>
        Vector128.Create(1u, nonce.Last, (uint)nonce.First, (uint)(nonce.First >> 32));
}
