using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Rtc.Crypto;

/// <summary>
/// HMAC-SHA1 on the hash functions of OpenSSL's libcrypto, which use the processor's SHA instructions. The states after
/// the key's inner and outer block are kept, so that a packet costs its own blocks and one more. The functions are entered
/// directly and on contexts of the stack: going through an EVP context costs several times the hash of a voice packet.
/// </summary>
internal sealed unsafe class OpenSslHmacSha1 : HmacSha1
{
    private const int BlockLength = 64;

    /// <summary>Bytes for each call: below a microsecond, as calls without the runtime's transition have to stay.</summary>
    private const int SliceLength = 512;

    private OpenSslSha1.Context _inner;
    private OpenSslSha1.Context _outer;

    public OpenSslHmacSha1(scoped ReadOnlySpan<byte> key)
    {
        Span<byte> hashed = stackalloc byte[Length];
        if (key.Length > BlockLength)
        {
            // A key that does not fit a block is hashed first. (RFC 2104 §3)
            OpenSslSha1.Context context;
            _ = OpenSslSha1.SHA1_Init(&context);
            Update(&context, key);
            fixed (byte* output = hashed) _ = OpenSslSha1.SHA1_Final(output, &context);
            key = hashed;
        }
        _inner = Start(key, 0x36);
        _outer = Start(key, 0x5C);
        CryptographicOperations.ZeroMemory(hashed);
    }

    /// <summary>The functions are deprecated in OpenSSL 3, so a library may come without them.</summary>
    public static bool IsSupported { get; } = OpenSslSha1.IsPresent();

    /// <summary>The same for a key that is used once: nothing is made for it. Where <see cref="IsSupported"/>.</summary>
    public static void HashOnce(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digest.Length, Length, nameof(digest));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, BlockLength, nameof(key));
        var context = Start(key, 0x36);
        Update(&context, data);
        fixed (byte* output = digest)
        {
            _ = OpenSslSha1.SHA1_Final(output, &context);
            context = Start(key, 0x5C);
            _ = OpenSslSha1.SHA1_Update(&context, output, Length);
            _ = OpenSslSha1.SHA1_Final(output, &context);
        }
    }

    public override void Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digest.Length, Length, nameof(digest));
        var context = _inner;
        Update(&context, first);
        Update(&context, second);
        fixed (byte* output = digest)
        {
            _ = OpenSslSha1.SHA1_Final(output, &context);
            context = _outer;
            _ = OpenSslSha1.SHA1_Update(&context, output, Length);
            _ = OpenSslSha1.SHA1_Final(output, &context);
        }
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<OpenSslSha1.Context>(ref _inner)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<OpenSslSha1.Context>(ref _outer)));
    }

    /// <summary>The state after the block "key XOR pad". (RFC 2104 §2)</summary>
    private static OpenSslSha1.Context Start(ReadOnlySpan<byte> key, byte pad)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        block.Fill(pad);
        for (var i = 0; i < key.Length; i++) block[i] ^= key[i];
        OpenSslSha1.Context context;
        _ = OpenSslSha1.SHA1_Init(&context);
        Update(&context, block);
        CryptographicOperations.ZeroMemory(block);
        return context;
    }

    private static void Update(OpenSslSha1.Context* context, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            for (var offset = 0; offset < data.Length; offset += SliceLength)
                _ = OpenSslSha1.SHA1_Update(context, bytes + offset, (nuint)Math.Min(SliceLength, data.Length - offset));
        }
    }
}
