using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>The system's libopus: whether it is there, and which it is. Thread-safe.</summary>
public static class OpusLibrary
{
    /// <summary>What the library says of itself, for example "libopus 1.3.1".</summary>
    /// <exception cref="DllNotFoundException">libopus is absent; the message names the package.</exception>
    public static string Version => Marshal.PtrToStringUTF8(LibOpus.GetVersionString()) ?? "libopus";

    /// <summary>False, with what to install, when libopus cannot be loaded.</summary>
    public static bool IsAvailable(out string versionOrReason)
    {
        try
        {
            versionOrReason = Version;
            return true;
        }
        catch (DllNotFoundException absent)
        {
            versionOrReason = absent.Message;
            return false;
        }
    }

    internal static string Describe(int error) => Marshal.PtrToStringUTF8(LibOpus.StrError(error)) ?? $"error {error}";

    internal static void ThrowIfNotRate(int sampleRate)
    {
        if (sampleRate is not (8000 or 12000 or 16000 or 24000 or 48000))
            throw new ArgumentOutOfRangeException(
                nameof(sampleRate), sampleRate, "Opus works at 8000, 12000, 16000, 24000 or 48000 Hz.");
    }
}
