using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parley.Speech.Embedded;

/// <summary>
/// The part of flite 2.2's C interface that Parley uses. flite keeps all of an utterance's state in the utterance; what is
/// shared between utterances (voices, lexicon, trees) is only read once the voices are registered. So registering is
/// serialised (<see cref="FliteVoice"/>) and utterances are free to run at the same time.
/// </summary>
internal static unsafe partial class FliteNative
{
    private const string Core = "libflite.so.1";

    // flite keeps the pointer to a feature's name, so the names live as long as the process.
    public static readonly nint DurationStretch = Marshal.StringToCoTaskMemUTF8("duration_stretch");
    public static readonly nint PitchShift = Marshal.StringToCoTaskMemUTF8("f0_shift");
    public static readonly nint StreamingInfo = Marshal.StringToCoTaskMemUTF8("streaming_info");

    /// <summary>cst_utterance: the first field is its own feature table, searched before the voice's.</summary>
    public static nint FeaturesOf(nint utterance) => *(nint*)utterance;

    [LibraryImport(Core, EntryPoint = "flite_init")]
    public static partial int Init();

    /// <summary>flite's noise comes from the C library's rand(); nothing else in the process uses it.</summary>
    [LibraryImport("libc.so.6", EntryPoint = "srand")]
    public static partial void SeedNoise(uint seed);

    [LibraryImport(Core, EntryPoint = "new_utterance")]
    public static partial nint NewUtterance();

    [LibraryImport(Core, EntryPoint = "delete_utterance")]
    public static partial void DeleteUtterance(nint utterance);

    [LibraryImport(Core, EntryPoint = "utt_set_input_text", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetInputText(nint utterance, string text);

    /// <summary>Takes ownership of the utterance; null, and the utterance gone, when it could not be synthesised.</summary>
    [LibraryImport(Core, EntryPoint = "flite_do_synth")]
    public static partial nint Synthesize(nint utterance, nint voice, nint method);

    [LibraryImport(Core, EntryPoint = "flite_feat_set_float")]
    public static partial void SetFeature(nint features, nint name, float value);

    [LibraryImport(Core, EntryPoint = "flite_feat_set")]
    public static partial void SetFeature(nint features, nint name, nint value);

    [LibraryImport(Core, EntryPoint = "new_audio_streaming_info")]
    public static partial AudioStreamingInfo* NewAudioStreamingInfo();

    /// <summary>Boxes it as a flite value; the utterance that holds the value frees it.</summary>
    [LibraryImport(Core, EntryPoint = "audio_streaming_info_val")]
    public static partial nint ToValue(AudioStreamingInfo* info);

    [LibraryImport(Core, EntryPoint = "utt_relation_present", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int HasRelation(nint utterance, string name);

    [LibraryImport(Core, EntryPoint = "utt_relation", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Relation(nint utterance, string name);

    [LibraryImport(Core, EntryPoint = "relation_head")]
    public static partial nint Head(nint relation);

    [LibraryImport(Core, EntryPoint = "item_next")]
    public static partial nint Next(nint item);

    /// <summary>A feature of an item, or of another that a path leads to; 0 where there is none.</summary>
    [LibraryImport(Core, EntryPoint = "flite_ffeature_float", StringMarshalling = StringMarshalling.Utf8)]
    public static partial float FeatureFloat(nint item, string path);

    [LibraryImport(Core, EntryPoint = "flite_ffeature_string", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FeatureStringPointer(nint item, string path);

    public static string FeatureString(nint item, string path) => Marshal.PtrToStringUTF8(FeatureStringPointer(item, path)) ?? "";

    /// <summary>Whole text to wave: flite's method for plain text, given to <see cref="Synthesize"/>.</summary>
    public static nint TextMethod { get; } = NativeLibrary.GetExport(
        NativeLibrary.Load(Core, Assembly.GetExecutingAssembly(), null), "utt_synth");

    [StructLayout(LayoutKind.Sequential)]
    public struct AudioStreamingInfo
    {
        /// <summary>Samples that come together at least before the callback is called.</summary>
        public int MinBufferSize;
        public delegate* unmanaged[Cdecl]<Wave*, int, int, int, AudioStreamingInfo*, int> Callback;
        public nint Utterance;
        public nint Item;
        public nint UserData;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Wave
    {
        public nint Type;
        public int SampleRate;
        public int SampleCount;
        public int ChannelCount;
        public short* Samples;
    }

    public const int StreamContinue = 0;
    public const int StreamStop = -1;
}
