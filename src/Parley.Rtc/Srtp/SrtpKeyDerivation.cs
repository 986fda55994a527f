using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>
/// Session keys from a master key, key derivation rate 0: the AES counter mode generator of RFC 3711 §4.3. With a key of
/// 32 bytes it is AES-256's (RFC 6188 §3); a salt of 12 bytes counts as 14 with zeros behind (RFC 7714 §11).
/// </summary>
internal static class SrtpKeyDerivation
{
    public const byte RtpCipherKey = 0;
    public const byte RtpAuthenticationKey = 1;
    public const byte RtpSalt = 2;
    public const byte RtcpCipherKey = 3;
    public const byte RtcpAuthenticationKey = 4;
    public const byte RtcpSalt = 5;

    private const int BlockLength = 16;

    public static byte[] Derive(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, byte label, int length)
    {
        // x = key_id XOR master_salt, key_id = label and 48 bits of r = 0; the input block is x · 2^16 plus a counter.
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        masterSalt.CopyTo(block);
        block[7] ^= label;

        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        var derived = new byte[length];
        Span<byte> keystream = stackalloc byte[BlockLength];
        for (var offset = 0; offset < length; offset += BlockLength)
        {
            BinaryPrimitives.WriteUInt16BigEndian(block[14..], (ushort)(offset / BlockLength));
            aes.EncryptEcb(block, keystream, PaddingMode.None);
            keystream[..Math.Min(BlockLength, length - offset)].CopyTo(derived.AsSpan(offset));
        }
        CryptographicOperations.ZeroMemory(keystream);
        return derived;
    }
}
