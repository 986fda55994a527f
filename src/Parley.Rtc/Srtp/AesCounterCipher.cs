namespace Parley.Rtc.Srtp;

/// <summary>AES in counter mode for one key: the block's last four bytes count. (RFC 3711 §4.1.1.) Not thread-safe.</summary>
internal abstract class AesCounterCipher : IDisposable
{
    /// <param name="key">16 or 32 bytes; not kept.</param>
    public static AesCounterCipher Create(ReadOnlySpan<byte> key) =>
        IntrinsicAes.IsSupported ? new IntrinsicAesCounter(key) : new PortableAesCounter(key);

    /// <summary>XORs <paramref name="text"/> with the key stream that begins at the block <paramref name="initial"/> (16 bytes).</summary>
    public abstract void Apply(ReadOnlySpan<byte> initial, Span<byte> text);

    public abstract void Dispose();
}
