using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>The platform's AES-GCM, for processors without the instructions that <see cref="IntrinsicAesGcm"/> needs.</summary>
internal sealed class PortableAesGcm(ReadOnlySpan<byte> key) : AesGcmCipher
{
    private readonly AesGcm _gcm = new(key, TagLength);

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> text, Span<byte> tag) =>
        _gcm.Encrypt(nonce, text, text, tag, associated);

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> text, ReadOnlySpan<byte> tag)
    {
        try
        {
            _gcm.Decrypt(nonce, text, tag, text, associated);
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
