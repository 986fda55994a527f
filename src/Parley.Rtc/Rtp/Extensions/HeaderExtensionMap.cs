namespace Parley.Rtc.Rtp.Extensions;

/// <summary>The ids by which header extensions are known in one RTP session; 0 where one is not in use. (RFC 8285 §5)</summary>
internal readonly record struct HeaderExtensionMap
{
    /// <summary>The largest id of the one-byte form, which is the form written here. (RFC 8285 §4.2)</summary>
    public const byte MaxOneByteId = 14;

    public const string AudioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    public const string AbsoluteSendTimeUri = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
    public const string TransportSequenceUri = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    public const string MidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>What our own offers propose, with the ids that browsers use.</summary>
    public static readonly HeaderExtensionMap Offered = new() { AudioLevel = 1, AbsoluteSendTime = 2, TransportSequence = 3, Mid = 4 };

    /// <summary>RFC 6464.</summary>
    public byte AudioLevel { get; init; }

    /// <summary>24 bits, 6.18 fixed-point seconds.</summary>
    public byte AbsoluteSendTime { get; init; }

    /// <summary>draft-holmer-rmcat-transport-wide-cc-extensions-01 §2.</summary>
    public byte TransportSequence { get; init; }

    /// <summary>RFC 9143 §15.</summary>
    public byte Mid { get; init; }

    public bool IsEmpty => this == default;

    /// <summary>Every extension in use with its name.</summary>
    public IEnumerable<(byte Id, string Uri)> All()
    {
        if (AudioLevel != 0) yield return (AudioLevel, AudioLevelUri);
        if (AbsoluteSendTime != 0) yield return (AbsoluteSendTime, AbsoluteSendTimeUri);
        if (TransportSequence != 0) yield return (TransportSequence, TransportSequenceUri);
        if (Mid != 0) yield return (Mid, MidUri);
    }

    /// <summary>The map with one more; unchanged when the name is not known here, the id is taken, or the name has an id already.</summary>
    public HeaderExtensionMap With(string uri, byte id) => id == 0 || Uses(id) ? this : uri switch
    {
        AudioLevelUri when AudioLevel == 0 => this with { AudioLevel = id },
        AbsoluteSendTimeUri when AbsoluteSendTime == 0 => this with { AbsoluteSendTime = id },
        TransportSequenceUri when TransportSequence == 0 => this with { TransportSequence = id },
        MidUri when Mid == 0 => this with { Mid = id },
        _ => this,
    };

    private bool Uses(byte id) => id == AudioLevel || id == AbsoluteSendTime || id == TransportSequence || id == Mid;
}
