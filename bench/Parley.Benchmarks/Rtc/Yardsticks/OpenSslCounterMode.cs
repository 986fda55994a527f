using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>AES-CTR by OpenSSL's EVP interface and its HMAC-SHA1, called directly.</summary>
internal sealed unsafe class OpenSslCounterMode : CipherYardstick
{
    private const int BlockLength = 16;
    private const int TagLength = 10;

    private readonly nint _cipher = LibCrypto.EVP_CIPHER_CTX_new();
    private readonly nint _hmac = LibCrypto.HMAC_CTX_new();

    public OpenSslCounterMode()
    {
        fixed (byte* key = Key(SHA1.HashSizeInBytes))
        {
            _ = LibCrypto.EVP_CipherInit_ex(_cipher, LibCrypto.EVP_aes_128_ctr(), 0, key, null, 1);
            _ = LibCrypto.HMAC_Init_ex(_hmac, key, SHA1.HashSizeInBytes, LibCrypto.EVP_sha1(), 0);
        }
    }

    public override void Dispose()
    {
        LibCrypto.EVP_CIPHER_CTX_free(_cipher);
        LibCrypto.HMAC_CTX_free(_hmac);
    }

    protected override void Encrypt(Span<byte> packet, ulong index)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Cipher(packet, index);
        Hash(packet, index, hash);
        hash[..TagLength].CopyTo(packet[PacketBatch.PacketLength..]);
    }

    protected override bool TryDecrypt(Span<byte> packet, ulong index)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        Hash(packet, index, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash[..TagLength], packet.Slice(PacketBatch.PacketLength, TagLength))) return false;
        Cipher(packet, index);
        return true;
    }

    private void Cipher(Span<byte> packet, ulong index)
    {
        var nonce = stackalloc byte[BlockLength];
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(nonce, BlockLength), index);
        fixed (byte* payload = packet[PacketBatch.HeaderLength..])
        {
            _ = LibCrypto.EVP_CipherInit_ex(_cipher, 0, 0, null, nonce, -1);
            _ = LibCrypto.EVP_CipherUpdate(_cipher, payload, out _, payload, PacketBatch.PayloadLength);
        }
    }

    /// <summary>Over the packet and its rollover counter. (RFC 3711 §4.2)</summary>
    private void Hash(ReadOnlySpan<byte> packet, ulong index, Span<byte> hash)
    {
        var rollover = BinaryPrimitives.ReverseEndianness((uint)(index >> 16));
        fixed (byte* data = packet, result = hash)
        {
            _ = LibCrypto.HMAC_Init_ex(_hmac, null, 0, 0, 0);
            _ = LibCrypto.HMAC_Update(_hmac, data, PacketBatch.PacketLength);
            _ = LibCrypto.HMAC_Update(_hmac, (byte*)&rollover, sizeof(uint));
            _ = LibCrypto.HMAC_Final(_hmac, result, out _);
        }
    }
}
