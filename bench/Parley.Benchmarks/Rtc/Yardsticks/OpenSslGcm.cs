using System.Buffers.Binary;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>AES-GCM by OpenSSL's EVP interface, called directly.</summary>
internal sealed unsafe class OpenSslGcm : CipherYardstick
{
    private const int TagLength = 16;
    private const int NonceLength = 12;

    private readonly nint _encryption;
    private readonly nint _decryption;

    public OpenSslGcm(int keyLength)
    {
        var cipher = keyLength == 32 ? LibCrypto.EVP_aes_256_gcm() : LibCrypto.EVP_aes_128_gcm();
        _encryption = LibCrypto.EVP_CIPHER_CTX_new();
        _decryption = LibCrypto.EVP_CIPHER_CTX_new();
        fixed (byte* key = Key(keyLength))
        {
            _ = LibCrypto.EVP_CipherInit_ex(_encryption, cipher, 0, key, null, 1);
            _ = LibCrypto.EVP_CipherInit_ex(_decryption, cipher, 0, key, null, 0);
        }
    }

    public override void Dispose()
    {
        LibCrypto.EVP_CIPHER_CTX_free(_encryption);
        LibCrypto.EVP_CIPHER_CTX_free(_decryption);
    }

    protected override void Encrypt(Span<byte> packet, ulong index)
    {
        fixed (byte* header = packet)
        {
            Cipher(_encryption, header, index);
            _ = LibCrypto.EVP_CipherFinal_ex(_encryption, header + PacketBatch.PacketLength, out _);
            _ = LibCrypto.EVP_CIPHER_CTX_ctrl(_encryption, LibCrypto.GetTag, TagLength, header + PacketBatch.PacketLength);
        }
    }

    protected override bool TryDecrypt(Span<byte> packet, ulong index)
    {
        fixed (byte* header = packet)
        {
            Cipher(_decryption, header, index);
            _ = LibCrypto.EVP_CIPHER_CTX_ctrl(_decryption, LibCrypto.SetTag, TagLength, header + PacketBatch.PacketLength);
            return LibCrypto.EVP_CipherFinal_ex(_decryption, header + PacketBatch.PacketLength, out _) == 1;
        }
    }

    private static void Cipher(nint context, byte* header, ulong index)
    {
        var nonce = stackalloc byte[NonceLength];
        BinaryPrimitives.WriteUInt64BigEndian(new Span<byte>(nonce, NonceLength), index);
        var payload = header + PacketBatch.HeaderLength;
        _ = LibCrypto.EVP_CipherInit_ex(context, 0, 0, null, nonce, -1);
        _ = LibCrypto.EVP_CipherUpdate(context, null, out _, header, PacketBatch.HeaderLength);
        _ = LibCrypto.EVP_CipherUpdate(context, payload, out _, payload, PacketBatch.PayloadLength);
    }
}
