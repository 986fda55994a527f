using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>The platform's <see cref="AesGcm"/>.</summary>
internal sealed class PlatformGcm(int keyLength) : CipherYardstick
{
    private const int TagLength = 16;

    private readonly AesGcm _cipher = new(Key(keyLength), TagLength);
    private readonly byte[] _nonce = new byte[12];

    public override void Dispose() => _cipher.Dispose();

    protected override void Encrypt(Span<byte> packet, ulong index)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce, index);
        var payload = packet.Slice(PacketBatch.HeaderLength, PacketBatch.PayloadLength);
        _cipher.Encrypt(_nonce, payload, payload, packet.Slice(PacketBatch.PacketLength, TagLength), packet[..PacketBatch.HeaderLength]);
    }

    protected override bool TryDecrypt(Span<byte> packet, ulong index)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce, index);
        var payload = packet.Slice(PacketBatch.HeaderLength, PacketBatch.PayloadLength);
        _cipher.Decrypt(_nonce, payload, packet.Slice(PacketBatch.PacketLength, TagLength), payload, packet[..PacketBatch.HeaderLength]);
        return true;
    }
}
