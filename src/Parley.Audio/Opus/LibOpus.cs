using System.Reflection;
using System.Runtime.InteropServices;

namespace Parley.Audio;

/// <summary>
/// The functions of libopus that Parley calls. The ctl functions are variadic in C; they are called here as if they
/// were not. That is sound where the C ABI passes variadic integers and pointers like named ones: x86-64 (System V and
/// Windows) and Linux arm64 (AAPCS64). It is not on Apple arm64, which puts variadic arguments on the stack.
/// </summary>
internal static partial class LibOpus
{
    private const string Library = "opus";

    /// <summary>No error. (opus_defines.h; so are all constants here)</summary>
    public const int Ok = 0;
    public const int ApplicationVoip = 2048;
    public const int SignalVoice = 3001;
    public const int SetBitrate = 4002;
    public const int SetMaxBandwidth = 4004;
    public const int SetVbr = 4006;
    public const int SetComplexity = 4010;
    public const int SetInbandFec = 4012;
    public const int SetPacketLossPercent = 4014;
    public const int SetDtx = 4016;
    public const int SetSignal = 4024;
    public const int ResetState = 4028;
    public const int GetLookahead = 4027;

    private static readonly string[] FileNames = ["libopus.so.0", "libopus.so", "libopus.0.dylib", "opus"];

    static LibOpus()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 && OperatingSystem.IsMacOS())
            throw new PlatformNotSupportedException("libopus's variadic functions cannot be called by P/Invoke on Apple arm64.");
        NativeLibrary.SetDllImportResolver(typeof(LibOpus).Assembly, Resolve);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var file in FileNames)
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle)) return handle;
        throw new DllNotFoundException("libopus is not installed: on Debian and Ubuntu it is the package libopus0.");
    }

    [LibraryImport(Library, EntryPoint = "opus_get_version_string")]
    public static partial nint GetVersionString();

    [LibraryImport(Library, EntryPoint = "opus_strerror")]
    public static partial nint StrError(int error);

    [LibraryImport(Library, EntryPoint = "opus_encoder_create")]
    public static partial OpusEncoderHandle EncoderCreate(int sampleRate, int channels, int application, out int error);

    [LibraryImport(Library, EntryPoint = "opus_encoder_destroy")]
    public static partial void EncoderDestroy(nint encoder);

    [LibraryImport(Library, EntryPoint = "opus_encode")]
    public static partial int Encode(
        OpusEncoderHandle encoder, ReadOnlySpan<short> pcm, int frameSize, Span<byte> packet, int packetCapacity);

    [LibraryImport(Library, EntryPoint = "opus_encoder_ctl")]
    public static partial int EncoderCtl(OpusEncoderHandle encoder, int request, int value);

    [LibraryImport(Library, EntryPoint = "opus_encoder_ctl")]
    public static partial int EncoderCtl(OpusEncoderHandle encoder, int request, out int value);

    [LibraryImport(Library, EntryPoint = "opus_decoder_create")]
    public static partial OpusDecoderHandle DecoderCreate(int sampleRate, int channels, out int error);

    [LibraryImport(Library, EntryPoint = "opus_decoder_destroy")]
    public static partial void DecoderDestroy(nint decoder);

    [LibraryImport(Library, EntryPoint = "opus_decode")]
    public static partial int Decode(
        OpusDecoderHandle decoder, ReadOnlySpan<byte> packet, int packetLength, Span<short> pcm, int frameSize, int decodeFec);

    [LibraryImport(Library, EntryPoint = "opus_decoder_ctl")]
    public static partial int DecoderCtl(OpusDecoderHandle decoder, int request, int value);
}

internal sealed class OpusEncoderHandle : OpusHandle
{
    protected override void Free(nint value) => LibOpus.EncoderDestroy(value);
}

internal sealed class OpusDecoderHandle : OpusHandle
{
    protected override void Free(nint value) => LibOpus.DecoderDestroy(value);
}

/// <summary>A codec state. Dispose frees it; the finaliser is a net under a caller that forgot.</summary>
internal abstract class OpusHandle : SafeHandle
{
    private static long LiveStates;

    protected OpusHandle()
        : base(0, ownsHandle: true) => Interlocked.Increment(ref LiveStates);

    /// <summary>How many codec states there are in the process: for tests, which expect none to be left.</summary>
    public static long Live => Volatile.Read(ref LiveStates);

    public override bool IsInvalid => handle == 0;

    protected abstract void Free(nint value);

    protected sealed override bool ReleaseHandle()
    {
        Free(handle);
        Interlocked.Decrement(ref LiveStates);
        return true;
    }
}
