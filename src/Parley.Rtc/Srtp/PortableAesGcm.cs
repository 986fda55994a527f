using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>The platform's AES-GCM, for processors without the instructions that <see cref="IntrinsicAesGcm"/> needs.</summary>
internal sealed class PortableAesGcm(ReadOnlySpan<byte> key) : AesGcmCipher
{
    private readonly AesGcm _gcm = new(key, TagLength);

    public override void Seal(GcmNonce nonce, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag)
    {
        Span<byte> bytes = stackalloc byte[GcmNonce.Length];
        nonce.Write(bytes);
        _gcm.Encrypt(bytes, text, text, tag, associated);
    }

    public override bool TryOpen(GcmNonce nonce, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag)
    {
        Span<byte> bytes = stackalloc byte[GcmNonce.Length];
        nonce.Write(bytes);
        try
        {
            _gcm.Decrypt(bytes, text, tag, text, associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The platform has no other way to say it; the cost is one exception for each forged packet.
            return false;
        }
    }

    public override void Dispose() => _gcm.Dispose();
}
