using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Benchmarks.Measuring;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>The platform's AES-GCM on the same bytes: one instance, a nonce from a counter, no parsing, no replay window.</summary>
internal sealed class GcmYardstick : IDisposable
{
    private const int TagLength = 16;

    private readonly PacketBatch _sent = new();
    private readonly PacketBatch _received = new();
    private readonly AesGcm _cipher;
    private ulong _sentIndex;
    private ulong _encryptedIndex;
    private ulong _receivedIndex;

    public GcmYardstick(int keyLength)
    {
        var key = new byte[keyLength];
        new SeededRandom(3).Fill(key);
        _cipher = new AesGcm(key, TagLength);
        Protect = new Contender(PacketBatch.Count, _sent.WriteHeaders, () => EncryptAll(_sent, ref _sentIndex));
        Unprotect = new Contender(PacketBatch.Count, Receive, DecryptAll);
    }

    public Contender Protect { get; }

    public Contender Unprotect { get; }

    public void Dispose() => _cipher.Dispose();

    private void Receive()
    {
        _received.WriteHeaders();
        EncryptAll(_received, ref _encryptedIndex);
    }

    private void EncryptAll(PacketBatch batch, ref ulong index)
    {
        Span<byte> nonce = stackalloc byte[12];
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(nonce, index++);
            Split(batch[i], out var header, out var payload, out var tag);
            _cipher.Encrypt(nonce, payload, payload, tag, header);
        }
    }

    private void DecryptAll()
    {
        Span<byte> nonce = stackalloc byte[12];
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(nonce, _receivedIndex++);
            Split(_received[i], out var header, out var payload, out var tag);
            _cipher.Decrypt(nonce, payload, tag, payload, header);
        }
    }

    private static void Split(Span<byte> packet, out Span<byte> header, out Span<byte> payload, out Span<byte> tag)
    {
        header = packet[..PacketBatch.HeaderLength];
        payload = packet.Slice(PacketBatch.HeaderLength, PacketBatch.PayloadLength);
        tag = packet.Slice(PacketBatch.PacketLength, TagLength);
    }
}
