using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>HMAC-SHA1 of two parts under one key, without allocation. (RFC 2104)</summary>
internal sealed class HmacSha1 : IDisposable
{
    public const int Length = 20;

#pragma warning disable CA5350 // The profile's algorithm; HMAC-SHA1 is not affected by SHA-1's collisions.
    private readonly IncrementalHash _hash;

    public HmacSha1(byte[] key) => _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key);
#pragma warning restore CA5350

    /// <param name="digest">Takes <see cref="Length"/> bytes.</param>
    public void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest)
    {
        _hash.AppendData(first);
        if (!second.IsEmpty) _hash.AppendData(second);
        _hash.GetHashAndReset(digest);
    }

    public void Dispose() => _hash.Dispose();
}
