using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>Counter mode on the platform's AES, for processors without AES instructions.</summary>
internal sealed class PortableAesCounter : AesCounterCipher
{
    private const int BlockLength = 16;
    private const int BatchLength = 8 * BlockLength;

    private readonly Aes _aes = Aes.Create();
    private readonly ICryptoTransform _encryptor;
    private readonly byte[] _counters = new byte[BatchLength];
    private readonly byte[] _keystream = new byte[BatchLength];

    public PortableAesCounter(ReadOnlySpan<byte> key)
    {
#pragma warning disable CA5358 // ECB is the bare block cipher here: counter mode is built from it.
        _aes.Mode = CipherMode.ECB;
#pragma warning restore CA5358
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
        _encryptor = _aes.CreateEncryptor();
    }

    public override void Apply(ReadOnlySpan<byte> initial, Span<byte> text)
    {
        var counter = BinaryPrimitives.ReadUInt32BigEndian(initial[12..]);
        while (!text.IsEmpty)
        {
            var take = Math.Min(text.Length, BatchLength);
            var blocks = (take + BlockLength - 1) / BlockLength;
            for (var i = 0; i < blocks; i++)
            {
                var block = _counters.AsSpan(i * BlockLength, BlockLength);
                initial[..12].CopyTo(block);
                BinaryPrimitives.WriteUInt32BigEndian(block[12..], counter++);
            }
            _encryptor.TransformBlock(_counters, 0, blocks * BlockLength, _keystream, 0);
            for (var i = 0; i < take; i++) text[i] ^= _keystream[i];
            text = text[take..];
        }
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(_keystream);
        _encryptor.Dispose();
        _aes.Dispose();
    }
}
