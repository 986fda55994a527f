using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Cli.Call.Alsa;

/// <summary>
/// The default sound device of this machine by ALSA (libasound.so.2), loaded at first use: mono, 16 bit. Reading and writing wait for
/// the device. One thread at a time.
/// </summary>
internal sealed partial class AlsaPcm : IDisposable
{
    private const string Library = "libasound.so.2";
    private const string Device = "default";
    private const int FormatS16LittleEndian = 2;
    private const int AccessInterleaved = 3;

    /// <summary>Of the device's buffer: enough for a busy machine.</summary>
    private const uint LatencyMicroseconds = 60_000;

    private readonly nint _pcm;

    private AlsaPcm(nint pcm) => _pcm = pcm;

    /// <exception cref="CallFailedException">There is no library, or no device.</exception>
    public static AlsaPcm Open(AlsaDirection direction, int sampleRate)
    {
        var name = direction == AlsaDirection.Capture ? "microphone" : "loudspeaker";
        try
        {
            Hush();
            var error = PcmOpen(out var pcm, Device, (int)direction, 0);
            if (error < 0) throw new CallFailedException($"This machine has no {name} that ALSA can open: {Describe(error)}.", isMisuse: true);
            var device = new AlsaPcm(pcm);
            error = SetParameters(pcm, FormatS16LittleEndian, AccessInterleaved, 1, (uint)sampleRate, 1, LatencyMicroseconds);
            if (error >= 0) return device;
            device.Dispose();
            throw new CallFailedException($"The {name} does not take {sampleRate} Hz mono: {Describe(error)}.", isMisuse: true);
        }
        catch (DllNotFoundException)
        {
            throw new CallFailedException($"The {name} needs {Library}, which is not installed. On Debian: apt-get install libasound2t64 or libasound2.", isMisuse: true);
        }
    }

    /// <summary>Fills the buffer; false when the device is gone.</summary>
    public bool TryRead(Span<short> samples)
    {
        while (!samples.IsEmpty)
        {
            var read = Read(_pcm, samples, (nuint)samples.Length);
            if (read < 0 && Recover(_pcm, (int)read, 1) < 0) return false;
            if (read > 0) samples = samples[(int)read..];
        }
        return true;
    }

    /// <summary>Writes all; false when the device is gone.</summary>
    public bool TryWrite(ReadOnlySpan<short> samples)
    {
        while (!samples.IsEmpty)
        {
            var written = Write(_pcm, samples, (nuint)samples.Length);
            if (written < 0 && Recover(_pcm, (int)written, 1) < 0) return false;
            if (written > 0) samples = samples[(int)written..];
        }
        return true;
    }

    public void Dispose() => _ = Close(_pcm);

    /// <summary>The library's own messages do not go to the terminal: what failed is told in one line.</summary>
    private static unsafe void Hush() => _ = SetErrorHandler(&Ignore);

    // The real one has a variable list of arguments, which a callee that takes none may leave where they are.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore()
    {
    }

    private static string Describe(int error) => Marshal.PtrToStringUTF8(ErrorText(error)) ?? FormattableString.Invariant($"error {error}");

    [LibraryImport(Library, EntryPoint = "snd_pcm_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PcmOpen(out nint pcm, string name, int stream, int mode);

    [LibraryImport(Library, EntryPoint = "snd_pcm_set_params")]
    private static partial int SetParameters(nint pcm, int format, int access, uint channels, uint rate, int softResample, uint latency);

    [LibraryImport(Library, EntryPoint = "snd_pcm_readi")]
    private static partial nint Read(nint pcm, Span<short> buffer, nuint frames);

    [LibraryImport(Library, EntryPoint = "snd_pcm_writei")]
    private static partial nint Write(nint pcm, ReadOnlySpan<short> buffer, nuint frames);

    [LibraryImport(Library, EntryPoint = "snd_pcm_recover")]
    private static partial int Recover(nint pcm, int error, int silent);

    [LibraryImport(Library, EntryPoint = "snd_pcm_close")]
    private static partial int Close(nint pcm);

    [LibraryImport(Library, EntryPoint = "snd_lib_error_set_handler")]
    private static unsafe partial int SetErrorHandler(delegate* unmanaged[Cdecl]<void> handler);

    [LibraryImport(Library, EntryPoint = "snd_strerror")]
    private static partial nint ErrorText(int error);
}

/// <summary>With ALSA's numbers.</summary>
internal enum AlsaDirection
{
    Playback = 0,
    Capture = 1,
}
