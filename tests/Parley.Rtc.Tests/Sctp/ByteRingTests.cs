using CsCheck;
using Parley.Rtc.Sctp.Transmission;

namespace Parley.Rtc.Tests.Sctp;

public sealed class ByteRingTests
{
    /// <summary>Growing while the content wrapped around the buffer's end once threw.</summary>
    [Fact]
    public void It_holds_what_was_written_however_it_grows_and_wraps() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 3000]).Array[1, 20].Sample(steps =>
        {
            var ring = new ByteRing(1 << 20);
            var (start, next) = (0L, 0L);
            foreach (var (written, released) in steps)
            {
                ring.Write(Enumerable.Range(0, written).Select(i => (byte)((next + i) * 31 >> 3)).ToArray());
                next += written;
                start += Math.Min(released, next - start);
                ring.ReleaseTo(start);
                var held = new byte[next - start];
                ring.CopyTo(start, held);
                for (var i = 0; i < held.Length; i++)
                    if (held[i] != (byte)((start + i) * 31 >> 3)) return false;
            }
            return ring.Count == next - start;
        });
}
