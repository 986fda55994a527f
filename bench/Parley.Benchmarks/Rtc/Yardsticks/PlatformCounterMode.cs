using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>
/// AES-CM and HMAC-SHA1 as the platform's classes give them. They have no counter mode, so the counter blocks of a packet go through
/// one call of an ECB transform, and the key stream is XORed by vectors.
/// </summary>
internal sealed class PlatformCounterMode : CipherYardstick
{
    private const int BlockLength = 16;
    private const int Blocks = (PacketBatch.PayloadLength + BlockLength - 1) / BlockLength;
    private const int TagLength = 10;

    private readonly ICryptoTransform _cipher;
    private readonly IncrementalHash _hmac;
    private readonly byte[] _counters = new byte[Blocks * BlockLength];
    private readonly byte[] _keystream = new byte[Blocks * BlockLength];
    private readonly byte[] _hash = new byte[SHA1.HashSizeInBytes];
    private readonly byte[] _rollover = new byte[sizeof(uint)];

    public PlatformCounterMode()
    {
        using var aes = Aes.Create();
        aes.Key = Key(BlockLength);
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        _cipher = aes.CreateEncryptor();
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Key(SHA1.HashSizeInBytes));
        for (var i = 0; i < Blocks; i++) _counters[i * BlockLength + BlockLength - 1] = (byte)i;
    }

    public override void Dispose()
    {
        _cipher.Dispose();
        _hmac.Dispose();
    }

    protected override void Encrypt(Span<byte> packet, ulong index)
    {
        Cipher(packet, index);
        Hash(packet, index);
        _hash.AsSpan(0, TagLength).CopyTo(packet[PacketBatch.PacketLength..]);
    }

    protected override bool TryDecrypt(Span<byte> packet, ulong index)
    {
        Hash(packet, index);
        if (!CryptographicOperations.FixedTimeEquals(_hash.AsSpan(0, TagLength), packet.Slice(PacketBatch.PacketLength, TagLength))) return false;
        Cipher(packet, index);
        return true;
    }

    private void Cipher(Span<byte> packet, ulong index)
    {
        for (var i = 0; i < Blocks; i++) BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(i * BlockLength), index);
        _cipher.TransformBlock(_counters, 0, _counters.Length, _keystream, 0);
        var payload = packet.Slice(PacketBatch.HeaderLength, PacketBatch.PayloadLength);
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        var keys = MemoryMarshal.Cast<byte, Vector<byte>>(_keystream);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= keys[i];
        for (var i = vectors.Length * Vector<byte>.Count; i < payload.Length; i++) payload[i] ^= _keystream[i];
    }

    /// <summary>Over the packet and its rollover counter. (RFC 3711 §4.2)</summary>
    private void Hash(ReadOnlySpan<byte> packet, ulong index)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_rollover, (uint)(index >> 16));
        _hmac.AppendData(packet[..PacketBatch.PacketLength]);
        _hmac.AppendData(_rollover);
        _hmac.GetHashAndReset(_hash);
    }
}
