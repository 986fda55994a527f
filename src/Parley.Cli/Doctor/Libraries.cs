using System.Runtime.InteropServices;

namespace Parley.Cli.Doctor;

/// <summary>Looks for the native libraries, by loading them as Parley itself would.</summary>
internal static class Libraries
{
    private static readonly (string File, string Package, string Purpose)[] Needed =
    [
        ("libopus.so.0", "libopus0", "the Opus codec"),
        ("libssl.so.3", "libssl3", "DTLS"),
        ("libcrypto.so.3", "libssl3", "DTLS"),
        ("libflite.so.1", "libflite1", "the embedded voices"),
    ];

    public static IEnumerable<Finding> Look() => Needed.Select(library =>
    {
        if (!NativeLibrary.TryLoad(library.File, out var handle))
            return new Finding(library.File, FindingStatus.Missing, $"not found: needed for {library.Purpose}", $"On Debian: apt-get install {library.Package}");
        NativeLibrary.Free(handle);
        return new Finding(library.File, FindingStatus.Ok, library.Purpose);
    });
}
