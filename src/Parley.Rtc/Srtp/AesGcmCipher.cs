namespace Parley.Rtc.Srtp;

/// <summary>AES-GCM with a 96-bit nonce and a 128-bit tag, in place, for one key. (NIST SP 800-38D.) Not thread-safe.</summary>
internal abstract class AesGcmCipher : IDisposable
{
    public const int TagLength = 16;

    /// <param name="key">16 or 32 bytes; not kept.</param>
    public static AesGcmCipher Create(ReadOnlySpan<byte> key) =>
        IntrinsicAesGcm.IsSupported ? new IntrinsicAesGcm(key) : new PortableAesGcm(key);

    public abstract void Seal(GcmNonce nonce, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag);

    /// <summary>False when the tag does not hold; <paramref name="text"/> is then not plaintext, and may have been cleared.</summary>
    public abstract bool TryOpen(GcmNonce nonce, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag);

    /// <summary>Fetches the key. (<see cref="CacheHint"/>)</summary>
    public virtual void Anticipate(int step)
    {
    }

    public abstract void Dispose();
}
