namespace Parley.Speech.Embedded;

/// <summary>A voice as it is offered: a flite voice at a pitch and a loudness.</summary>
/// <param name="Pitch">Factor on the voice's own mean pitch.</param>
/// <param name="Gain">Brings the voice to about −21 dBFS RMS while it speaks; flite's voices differ by 13 dB.</param>
internal sealed record FliteSpeaker(string Name, FliteVoice Voice, float Pitch, float Gain)
{
    /// <summary>
    /// Names of the OpenAI Realtime API, so that its clients work unchanged, then flite's own. The first is the default.
    /// Names that share a flite voice differ in pitch.
    /// </summary>
    public static IReadOnlyList<FliteSpeaker> All { get; } =
    [
        Woman("alloy", 1f), Man("ash", 1f), Scot("ballad", 1f), Woman("coral", 1.12f), Robot("echo", 1f),
        Woman("sage", 0.92f), Woman("shimmer", 1.22f), Man("verse", 1.12f), Woman("marin", 1.06f), Man("cedar", 0.88f),
        Robot("kal16", 1f), Scot("awb", 1f), Man("rms", 1f), Woman("slt", 1f),
    ];

    public static FliteSpeaker Find(string name) =>
        All.FirstOrDefault(speaker => string.Equals(speaker.Name, name, StringComparison.OrdinalIgnoreCase)) ?? All[0];

    private static FliteSpeaker Woman(string name, float pitch) => new(name, FliteVoice.Slt, pitch, Gain: 0.54f);

    private static FliteSpeaker Man(string name, float pitch) => new(name, FliteVoice.Rms, pitch, Gain: 1.04f);

    private static FliteSpeaker Scot(string name, float pitch) => new(name, FliteVoice.Awb, pitch, Gain: 0.94f);

    private static FliteSpeaker Robot(string name, float pitch) => new(name, FliteVoice.Kal16, pitch, Gain: 2.4f);
}
