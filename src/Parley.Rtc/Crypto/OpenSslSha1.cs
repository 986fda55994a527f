using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Rtc.Crypto;

/// <summary>
/// The SHA-1 functions of OpenSSL's libcrypto under their own names. None blocks, calls back or takes long, so they are entered
/// without the runtime's transition.
/// </summary>
internal static unsafe partial class OpenSslSha1
{
    private const string Library = "libcrypto.so.3";

    public static bool IsPresent() =>
        NativeLibrary.TryLoad(Library, out var library)
        && NativeLibrary.TryGetExport(library, nameof(SHA1_Init), out _)
        && NativeLibrary.TryGetExport(library, nameof(SHA1_Update), out _)
        && NativeLibrary.TryGetExport(library, nameof(SHA1_Final), out _);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int SHA1_Init(Context* context);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int SHA1_Update(Context* context, byte* data, nuint length);

    [LibraryImport(Library), SuppressGCTransition]
    public static partial int SHA1_Final(byte* digest, Context* context);

    /// <summary>SHA_CTX of openssl/sha.h: five words of state, two of length, one block, the bytes in it.</summary>
    [InlineArray(5 + 2 + 16 + 1)]
    public struct Context
    {
        private uint _word;
    }
}
