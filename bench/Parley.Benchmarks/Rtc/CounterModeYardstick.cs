using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Parley.Benchmarks.Measuring;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>
/// AES-CM and HMAC-SHA1 as the platform's classes give them, on the same bytes. It has no counter mode, so the counter blocks of
/// a packet go through one call of a reused ECB transform and the key stream is XORed by vectors; the HMAC is one reused
/// <see cref="IncrementalHash"/>. No parsing, no replay window.
/// </summary>
internal sealed class CounterModeYardstick : IDisposable
{
    private const int BlockLength = 16;
    private const int Blocks = (PacketBatch.PayloadLength + BlockLength - 1) / BlockLength;
    private const int TagLength = 10;

    private readonly PacketBatch _sent = new();
    private readonly PacketBatch _received = new();
    private readonly ICryptoTransform _cipher;
    private readonly IncrementalHash _hmac;
    private readonly byte[] _counters = new byte[Blocks * BlockLength];
    private readonly byte[] _keystream = new byte[Blocks * BlockLength];
    private ulong _sentIndex;
    private ulong _encryptedIndex;
    private ulong _receivedIndex;

    public CounterModeYardstick()
    {
        var key = new byte[BlockLength];
        new SeededRandom(3).Fill(key);
        using var aes = Aes.Create();
        aes.Key = key;
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        _cipher = aes.CreateEncryptor();
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key);
        for (var i = 0; i < Blocks; i++) _counters[i * BlockLength + BlockLength - 1] = (byte)i;
        Protect = new Contender(PacketBatch.Count, _sent.WriteHeaders, () => ProtectAll(_sent, ref _sentIndex));
        Unprotect = new Contender(PacketBatch.Count, Receive, UnprotectAll);
    }

    public Contender Protect { get; }

    public Contender Unprotect { get; }

    public void Dispose()
    {
        _cipher.Dispose();
        _hmac.Dispose();
    }

    private void Receive()
    {
        _received.WriteHeaders();
        ProtectAll(_received, ref _encryptedIndex);
    }

    private void ProtectAll(PacketBatch batch, ref ulong index)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            var packet = batch[i];
            Cipher(packet, index);
            Hash(packet, index++, hash);
            hash[..TagLength].CopyTo(packet[PacketBatch.PacketLength..]);
        }
    }

    private void UnprotectAll()
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            var packet = _received[i];
            Hash(packet, _receivedIndex, hash);
            if (!CryptographicOperations.FixedTimeEquals(hash[..TagLength], packet.Slice(PacketBatch.PacketLength, TagLength)))
                throw new InvalidOperationException("A packet was not accepted.");
            Cipher(packet, _receivedIndex++);
        }
    }

    private void Cipher(Span<byte> packet, ulong index)
    {
        for (var i = 0; i < Blocks; i++) BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(i * BlockLength), index);
        _cipher.TransformBlock(_counters, 0, _counters.Length, _keystream, 0);
        var payload = packet.Slice(PacketBatch.HeaderLength, PacketBatch.PayloadLength);
        var keystream = _keystream.AsSpan(0, payload.Length);
        var vectors = MemoryMarshal.Cast<byte, Vector<byte>>(payload);
        var keys = MemoryMarshal.Cast<byte, Vector<byte>>(keystream);
        for (var i = 0; i < vectors.Length; i++) vectors[i] ^= keys[i];
        for (var i = vectors.Length * Vector<byte>.Count; i < payload.Length; i++) payload[i] ^= keystream[i];
    }

    /// <summary>Over the packet and its rollover counter. (RFC 3711 §4.2)</summary>
    private void Hash(ReadOnlySpan<byte> packet, ulong index, Span<byte> hash)
    {
        Span<byte> rollover = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, (uint)(index >> 16));
        _hmac.AppendData(packet[..PacketBatch.PacketLength]);
        _hmac.AppendData(rollover);
        _hmac.GetHashAndReset(hash);
    }
}
