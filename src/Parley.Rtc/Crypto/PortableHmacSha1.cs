using System.Security.Cryptography;

namespace Parley.Rtc.Crypto;

/// <summary>The platform's HMAC-SHA1, for systems without OpenSSL's hash functions.</summary>
internal sealed class PortableHmacSha1 : HmacSha1
{
#pragma warning disable CA5350 // The profile's algorithm; HMAC-SHA1 is not affected by SHA-1's collisions.
    private readonly IncrementalHash _hash;

    public PortableHmacSha1(ReadOnlySpan<byte> key) => _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key);

    public static void HashOnce(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest) => HMACSHA1.HashData(key, data, digest);
#pragma warning restore CA5350

    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest)
    {
        _hash.AppendData(first);
        if (!second.IsEmpty) _hash.AppendData(second);
        _hash.GetHashAndReset(digest);
    }

    public override void Dispose() => _hash.Dispose();
}
