using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Dtls;

/// <summary>
/// The protected records of an established connection: AES-GCM (RFC 5288) under the keys of the handshake, record numbers, and a window
/// against replay (RFC 6347 §4.1). A handshake needs OpenSSL; what comes after it is this, and needs half a kilobyte instead of 45.
/// </summary>
internal sealed class DtlsRecords : IDisposable
{
    public const int HeaderLength = 13;
    public const int Expansion = HeaderLength + ExplicitNonceLength + AesGcmCipher.TagLength;

    private const int ExplicitNonceLength = 8;
    private const int SaltLength = 4;
    private const int AssociatedLength = 13;
    private const int MasterSecretLength = 48;
    private const int RandomLength = 32;
    private const ushort Epoch = 1;
    private const ushort Version = 0xFEFD;

    private readonly AesGcmCipher _writeCipher;
    private readonly AesGcmCipher _readCipher;
    private readonly uint _writeSalt;
    private readonly uint _readSalt;
    private ulong _nextSequence;
    private ulong _nextNonce;
    private ReplayWindow _received;

    private DtlsRecords(ReadOnlySpan<byte> keyBlock, int keyLength, bool isClient, ulong lastSequence, ulong lastNonce)
    {
        // Keys of client and server, then their salts. (RFC 5246 §6.3; no MAC keys with an AEAD)
        var client = keyBlock[..keyLength];
        var server = keyBlock.Slice(keyLength, keyLength);
        var clientSalt = BinaryPrimitives.ReadUInt32BigEndian(keyBlock[(2 * keyLength)..]);
        var serverSalt = BinaryPrimitives.ReadUInt32BigEndian(keyBlock[(2 * keyLength + SaltLength)..]);
        _writeCipher = AesGcmCipher.Create(isClient ? client : server);
        _readCipher = AesGcmCipher.Create(isClient ? server : client);
        (_writeSalt, _readSalt) = isClient ? (clientSalt, serverSalt) : (serverSalt, clientSalt);
        // OpenSSL counts the explicit nonce up from a random start; going on from there uses none twice. (RFC 5288 §3)
        (_nextSequence, _nextNonce) = (lastSequence + 1, unchecked(lastNonce + 1));
    }

    /// <summary>Takes the keys of a finished handshake; null when its cipher is another than AES-GCM.</summary>
    /// <param name="ssl">Not used any more afterwards.</param>
    /// <param name="isClient">Whose keys are ours.</param>
    /// <param name="lastSequence">Of the last protected record that OpenSSL wrote.</param>
    /// <param name="lastNonce">Its explicit nonce.</param>
    public static unsafe DtlsRecords? TryTake(SslHandle ssl, bool isClient, ulong lastSequence, ulong lastNonce)
    {
        var (keyLength, hash) = CipherOf(ssl);
        if (keyLength == 0) return null;
        Span<byte> master = stackalloc byte[MasterSecretLength];
        Span<byte> seed = stackalloc byte["key expansion"u8.Length + 2 * RandomLength];
        Span<byte> keyBlock = stackalloc byte[2 * (keyLength + SaltLength)];
        "key expansion"u8.CopyTo(seed);
        fixed (byte* m = master, s = seed[^(2 * RandomLength)..], c = seed[^RandomLength..])
        {
            if (OpenSsl.SSL_SESSION_get_master_key(OpenSsl.SSL_get_session(ssl), m, MasterSecretLength) != MasterSecretLength
                || OpenSsl.SSL_get_server_random(ssl, s, RandomLength) != RandomLength
                || OpenSsl.SSL_get_client_random(ssl, c, RandomLength) != RandomLength)
                return null;
        }
        Expand(hash, master, seed, keyBlock);
        var records = new DtlsRecords(keyBlock, keyLength, isClient, lastSequence, lastNonce);
        CryptographicOperations.ZeroMemory(master);
        CryptographicOperations.ZeroMemory(keyBlock);
        return records;
    }

    /// <summary>Writes one record; returns its length.</summary>
    public int Seal(byte contentType, ReadOnlySpan<byte> content, Span<byte> record)
    {
        var nonce = _nextNonce;
        _nextNonce = unchecked(_nextNonce + 1);
        WriteHeader(record, contentType, _nextSequence++, ExplicitNonceLength + content.Length + AesGcmCipher.TagLength);
        BinaryPrimitives.WriteUInt64BigEndian(record[HeaderLength..], nonce);
        var text = record.Slice(HeaderLength + ExplicitNonceLength, content.Length);
        content.CopyTo(text);
        Span<byte> associated = stackalloc byte[AssociatedLength];
        WriteAssociated(associated, record, content.Length);
        _writeCipher.Seal(Nonce(_writeSalt, nonce), associated, text, record.Slice(HeaderLength + ExplicitNonceLength + content.Length, AesGcmCipher.TagLength));
        return Expansion + content.Length;
    }

    /// <summary>False when the record is not of this connection, was there already, or was changed.</summary>
    /// <param name="record">One whole record, as long as its header says.</param>
    /// <param name="content">Must hold what the record holds.</param>
    /// <param name="length">Bytes of content.</param>
    public bool TryOpen(ReadOnlySpan<byte> record, Span<byte> content, out int length)
    {
        length = record.Length - Expansion;
        if (length < 0 || BinaryPrimitives.ReadUInt16BigEndian(record[3..]) != Epoch) return false;
        var sequence = SequenceOf(record);
        if (_received.Check(sequence) != SrtpStatus.Ok) return false;
        var nonce = BinaryPrimitives.ReadUInt64BigEndian(record[HeaderLength..]);
        record.Slice(HeaderLength + ExplicitNonceLength, length).CopyTo(content);
        Span<byte> associated = stackalloc byte[AssociatedLength];
        WriteAssociated(associated, record, length);
        if (!_readCipher.TryOpen(Nonce(_readSalt, nonce), associated, content[..length], record[^AesGcmCipher.TagLength..])) return false;
        _received.Accept(sequence);
        return true;
    }

    /// <summary>Counts a record as received that is known to be authentic.</summary>
    public void MarkReceived(ReadOnlySpan<byte> record)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(record[3..]) == Epoch) _received.Accept(SequenceOf(record));
    }

    public void Dispose()
    {
        _writeCipher.Dispose();
        _readCipher.Dispose();
    }

    private static (int KeyLength, HashAlgorithmName Hash) CipherOf(SslHandle ssl)
    {
        var cipher = OpenSsl.SSL_get_current_cipher(ssl);
        return cipher == 0 ? default : (ushort)OpenSsl.SSL_CIPHER_get_id(cipher) switch
        {
            0xC02B or 0xC02F => (16, HashAlgorithmName.SHA256), // TLS_ECDHE_(ECDSA|RSA)_WITH_AES_128_GCM_SHA256
            0xC02C or 0xC030 => (32, HashAlgorithmName.SHA384), // TLS_ECDHE_(ECDSA|RSA)_WITH_AES_256_GCM_SHA384
            _ => default,
        };
    }

    /// <summary>P_hash: TLS 1.2's pseudorandom function, its label at the seed's beginning. (RFC 5246 §5)</summary>
    private static void Expand(HashAlgorithmName hash, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> seed, Span<byte> output)
    {
        var hashLength = hash == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : SHA384.HashSizeInBytes;
        Span<byte> chained = stackalloc byte[hashLength + seed.Length];
        Span<byte> block = stackalloc byte[hashLength];
        var link = chained[..hashLength];
        seed.CopyTo(chained[hashLength..]);
        CryptographicOperations.HmacData(hash, secret, seed, link);
        while (!output.IsEmpty)
        {
            CryptographicOperations.HmacData(hash, secret, chained, block);
            var take = Math.Min(block.Length, output.Length);
            block[..take].CopyTo(output);
            output = output[take..];
            CryptographicOperations.HmacData(hash, secret, link, block);
            block.CopyTo(link);
        }
        CryptographicOperations.ZeroMemory(chained);
        CryptographicOperations.ZeroMemory(block);
    }

    private static ulong SequenceOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt64BigEndian(record[3..]) & 0xFFFF_FFFF_FFFF;

    private static GcmNonce Nonce(uint salt, ulong explicitNonce) => new((ulong)salt << 32 | explicitNonce >> 32, (uint)explicitNonce);

    private static void WriteHeader(Span<byte> record, byte contentType, ulong sequence, int length)
    {
        record[0] = contentType;
        BinaryPrimitives.WriteUInt16BigEndian(record[1..], Version);
        BinaryPrimitives.WriteUInt64BigEndian(record[3..], (ulong)Epoch << 48 | sequence);
        BinaryPrimitives.WriteUInt16BigEndian(record[11..], (ushort)length);
    }

    /// <summary>Epoch and record number, type, version, and the length of the content. (RFC 5246 §6.2.3.3, RFC 6347 §4.1.2.1)</summary>
    private static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> record, int contentLength)
    {
        record.Slice(3, 8).CopyTo(associated);
        record[..3].CopyTo(associated[8..]);
        BinaryPrimitives.WriteUInt16BigEndian(associated[11..], (ushort)contentLength);
    }
}
