namespace Parley.Audio;

/// <summary>Where the newest samples of a pull came from.</summary>
public enum PlayoutKind
{
    /// <summary>Packets, or the copies in them.</summary>
    Audio,

    /// <summary>Made up for a packet that is missing.</summary>
    Concealed,

    /// <summary>Nobody sends: comfort noise or zeros.</summary>
    Silence,
}
