using System.Reflection;
using System.Runtime.InteropServices;

namespace Parley.Speech.Embedded;

/// <summary>One of flite's voices, loaded at first use and kept: flite has no way to use a voice that is being unloaded.</summary>
internal sealed unsafe class FliteVoice
{
    public const int SampleRate = 16_000;

    private static readonly Lock Registration = new();

    private readonly string _library;
    private readonly string _register;
    private volatile nint _handle;

    private FliteVoice(string name, float stretch = 1)
    {
        Name = name;
        NaturalStretch = stretch;
        _library = $"libflite_cmu_us_{name}.so.1";
        _register = $"register_cmu_us_{name}";
    }

    /// <summary>American man; diphones: the quickest, and the most robotic.</summary>
    public static FliteVoice Kal16 { get; } = new("kal16", stretch: 1.1f);

    /// <summary>Scottish man.</summary>
    public static FliteVoice Awb { get; } = new("awb");

    /// <summary>American man.</summary>
    public static FliteVoice Rms { get; } = new("rms");

    /// <summary>American woman.</summary>
    public static FliteVoice Slt { get; } = new("slt");

    public string Name { get; }

    /// <summary>Duration stretch that is this voice's normal speed.</summary>
    public float NaturalStretch { get; }

    /// <exception cref="SpeechException">flite is not installed.</exception>
    public nint Handle
    {
        get
        {
            if (_handle != 0) return _handle;
            lock (Registration) return _handle != 0 ? _handle : _handle = Register();
        }
    }

    private nint Register()
    {
        try
        {
            _ = FliteNative.Init();
            var library = NativeLibrary.Load(_library, Assembly.GetExecutingAssembly(), null);
            var register = (delegate* unmanaged[Cdecl]<nint, nint>)NativeLibrary.GetExport(library, _register);
            return register(0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new SpeechException(
                "flite_missing", $"The speech library flite is not installed ({_library}); on Debian: apt-get install libflite1", e);
        }
    }
}
