using System.Runtime.InteropServices;

namespace Parley.Audio.Fitting;

/// <summary>flite's voices by P/Invoke, for one thread at a time.</summary>
internal static partial class Flite
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Voices = [];

    public static short[] Say(string voice, string text)
    {
        lock (Gate)
        {
            try
            {
                if (!Voices.TryGetValue(voice, out var handle)) Voices[voice] = handle = Register(voice);
                var wave = TextToWave(text, handle);
                // cst_wave: const char *type; int sample_rate, num_samples, num_channels; short *samples. (cst_wave.h)
                var rate = Marshal.ReadInt32(wave, 8);
                var samples = new short[Marshal.ReadInt32(wave, 12)];
                Marshal.Copy(Marshal.ReadIntPtr(wave, 24), samples, 0, samples.Length);
                DeleteWave(wave);
                return Speakers.Convert(samples, rate);
            }
            catch (DllNotFoundException)
            {
                throw new InvalidOperationException("flite is not installed: on Debian and Ubuntu it is the package libflite1.");
            }
        }
    }

    private static nint Register(string voice)
    {
        _ = Initialise();
        return voice switch
        {
            "slt" => RegisterSlt(null),
            "kal16" => RegisterKal16(null),
            "rms" => RegisterRms(null),
            "awb" => RegisterAwb(null),
            _ => throw new ArgumentException($"flite has no voice {voice}.", nameof(voice)),
        };
    }

    [LibraryImport("libflite.so.1", EntryPoint = "flite_init")]
    private static partial int Initialise();

    [LibraryImport("libflite.so.1", EntryPoint = "flite_text_to_wave", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint TextToWave(string text, nint voice);

    [LibraryImport("libflite.so.1", EntryPoint = "delete_wave")]
    private static partial void DeleteWave(nint wave);

    [LibraryImport("libflite_cmu_us_slt.so.1", EntryPoint = "register_cmu_us_slt", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RegisterSlt(string? directory);

    [LibraryImport("libflite_cmu_us_kal16.so.1", EntryPoint = "register_cmu_us_kal16", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RegisterKal16(string? directory);

    [LibraryImport("libflite_cmu_us_rms.so.1", EntryPoint = "register_cmu_us_rms", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RegisterRms(string? directory);

    [LibraryImport("libflite_cmu_us_awb.so.1", EntryPoint = "register_cmu_us_awb", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RegisterAwb(string? directory);
}
