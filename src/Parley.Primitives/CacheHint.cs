using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Parley;

/// <summary>
/// Asks the processor to bring objects into its cache ahead of their use. A server with many calls finds nearly nothing of a call there when its next packet
/// comes, and one packet's wait for memory after the other is longer than all that is done for it; asked for together, they come together. Only hints:
/// nothing changes, and where there is no such instruction nothing happens.
/// </summary>
public static class CacheHint
{
    private const int LineLength = 64;

    /// <summary>The first <paramref name="length"/> bytes of an object, its header included.</summary>
    public static unsafe void Prefetch(object? target, int length)
    {
        if (!Sse.IsSupported) return;
        // If the collector moves the object meanwhile, the hint is a useless one. Null is no fault either.
        var start = *(byte**)Unsafe.AsPointer(ref target);
        for (var offset = 0; offset < length; offset += LineLength) Sse.Prefetch0(start + offset);
    }
}
