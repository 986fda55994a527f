using System.Runtime.InteropServices;
using CsCheck;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>The two implementations of AES-GCM against each other, and the memory that the intrinsic one touches.</summary>
public sealed class AesGcmCipherTests
{
    public AesGcmCipherTests() => Assert.SkipUnless(IntrinsicAesGcm.IsSupported, "This processor lacks AES-NI or PCLMULQDQ.");

    [Fact]
    public void Both_give_the_same_text_and_tag_for_random_keys_and_lengths()
    {
        var key = Gen.OneOf(Gen.Byte.Array[16], Gen.Byte.Array[32]);
        Gen.Select(key, Gen.Byte.Array[12], Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 1500]).Sample((key, nonce, associated, text) =>
        {
            using var intrinsic = new IntrinsicAesGcm(key);
            using var portable = new PortableAesGcm(key);
            return SealsAlike(intrinsic, portable, nonce, associated, text);
        });
    }

    [Fact]
    public void Both_agree_at_every_length_around_the_batches_and_the_reductions()
    {
        var random = new SeededRandom(5);
        var key = new byte[32];
        var nonce = new byte[12];
        random.Fill(key);
        using var intrinsic = new IntrinsicAesGcm(key);
        using var portable = new PortableAesGcm(key);
        foreach (var associatedLength in new[] { 0, 1, 12, 16, 17, 28, 255 })
        {
            var associated = new byte[associatedLength];
            random.Fill(associated);
            for (var length = 0; length <= 560; length++)
            {
                var text = new byte[length];
                random.Fill(text);
                random.Fill(nonce);
                Assert.True(SealsAlike(intrinsic, portable, nonce, associated, text), $"{associatedLength} + {length} bytes");
            }
        }
    }

    [Fact]
    public void Any_flipped_bit_is_refused_and_the_text_left_as_it_was()
    {
        var random = new SeededRandom(9);
        var key = new byte[16];
        random.Fill(key);
        using var cipher = new IntrinsicAesGcm(key);
        var nonce = new byte[12];
        var whole = new byte[12 + 93 + 16];
        random.Fill(whole);
        cipher.Seal(GcmNonce.Read(nonce), whole.AsSpan(0, 12), whole.AsSpan(12, 93), whole.AsSpan(105));
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var forged = whole.ToArray();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            var before = forged.ToArray();
            Assert.False(cipher.TryOpen(GcmNonce.Read(nonce), forged.AsSpan(0, 12), forged.AsSpan(12, 93), forged.AsSpan(105)));
            Assert.Equal(before, forged);
        }
        Assert.True(cipher.TryOpen(GcmNonce.Read(nonce), whole.AsSpan(0, 12), whole.AsSpan(12, 93), whole.AsSpan(105)));
    }

    /// <summary>Spans that begin or end at a page which may not be touched: one byte too far ends the process.</summary>
    [Fact]
    public void Nothing_outside_the_spans_is_read_or_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are made with Linux calls.");
        using var memory = new GuardedMemory();
        using var cipher = new IntrinsicAesGcm(new byte[16]);
        var nonce = new byte[12];
        var tag = new byte[16];
        for (var length = 0; length <= 300; length++)
        {
            cipher.Seal(GcmNonce.Read(nonce), memory.AtEnd(length), [], tag);
            cipher.Seal(GcmNonce.Read(nonce), memory.AtStart(length), [], tag);
            foreach (var text in new[] { true, false })
            {
                var span = text ? memory.AtEnd(length) : memory.AtStart(length);
                cipher.Seal(GcmNonce.Read(nonce), [], span, tag);
                Assert.True(cipher.TryOpen(GcmNonce.Read(nonce), [], span, tag));
            }
        }
    }

    private static bool SealsAlike(IntrinsicAesGcm intrinsic, PortableAesGcm portable, byte[] nonce, byte[] associated, byte[] text)
    {
        var (a, b) = (text.ToArray(), text.ToArray());
        var (tagA, tagB) = (new byte[16], new byte[16]);
        intrinsic.Seal(GcmNonce.Read(nonce), associated, a, tagA);
        portable.Seal(GcmNonce.Read(nonce), associated, b, tagB);
        if (!a.AsSpan().SequenceEqual(b) || !tagA.AsSpan().SequenceEqual(tagB)) return false;
        return intrinsic.TryOpen(GcmNonce.Read(nonce), associated, a, tagA) && portable.TryOpen(GcmNonce.Read(nonce), associated, b, tagB)
            && a.AsSpan().SequenceEqual(text) && b.AsSpan().SequenceEqual(text);
    }

    /// <summary>One page between two that may be neither read nor written.</summary>
    private sealed unsafe class GuardedMemory : IDisposable
    {
        private const int PageLength = 4096;
        private const int ReadWrite = 3;
        private const int PrivateAnonymous = 0x22;

        private readonly nint _pages;

        public GuardedMemory()
        {
            _pages = mmap(0, 3 * PageLength, 0, PrivateAnonymous, -1, 0);
            Assert.NotEqual(-1, _pages);
            Assert.Equal(0, mprotect(_pages + PageLength, PageLength, ReadWrite));
        }

        public Span<byte> AtStart(int length) => new((void*)(_pages + PageLength), length);

        public Span<byte> AtEnd(int length) => new((void*)(_pages + 2 * PageLength - length), length);

        public void Dispose() => _ = munmap(_pages, 3 * PageLength);

        [DllImport("libc")]
        private static extern nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

        [DllImport("libc")]
        private static extern int mprotect(nint address, nint length, int protection);

        [DllImport("libc")]
        private static extern int munmap(nint address, nint length);
    }
}
