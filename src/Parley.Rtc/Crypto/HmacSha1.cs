namespace Parley.Rtc.Crypto;

/// <summary>HMAC-SHA1 of two parts under one key, without allocation (RFC 2104). Not thread-safe.</summary>
internal abstract class HmacSha1 : IDisposable
{
    public const int Length = 20;

    /// <param name="key">Of any length; not kept.</param>
    public static HmacSha1 Create(ReadOnlySpan<byte> key) =>
        OpenSslHmacSha1.IsSupported ? new OpenSslHmacSha1(key) : new PortableHmacSha1(key);

    /// <summary>For a key that is used once.</summary>
    /// <param name="key">At most 64 bytes.</param>
    /// <param name="digest">Takes <see cref="Length"/> bytes.</param>
    public static void HashData(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        if (OpenSslHmacSha1.IsSupported) OpenSslHmacSha1.HashOnce(key, data, digest);
        else PortableHmacSha1.HashOnce(key, data, digest);
    }

    /// <param name="digest">Takes <see cref="Length"/> bytes.</param>
    public abstract void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest);

    public abstract void Dispose();
}
