using System.Globalization;
using System.Text;

namespace Parley.Rtc.Sdp;

/// <summary>
/// What a description says of the Opus it would like to receive, and of what it will send. (RFC 7587 §6.1, §7) The first kind binds
/// whoever sends to it; the two <c>sprop-</c> ones only announce. Parameters that are absent, or make no sense, have RFC 7587's defaults.
/// </summary>
public sealed record OpusParameters
{
    private const int FullBand = 48_000;
    private const int MinBitrate = 6_000;
    private const int MaxBitrate = 510_000;

    /// <summary>The longest packet that Opus has, in ms. (RFC 6716 §2.1.4)</summary>
    private const int LongestPacket = 120;

    /// <summary>The defaults of RFC 7587.</summary>
    public static readonly OpusParameters Default = new();

    /// <summary>maxplaybackrate: Hz of the best quality that is of any use to the receiver; a hint for the bandwidth. 8000…48000.</summary>
    public int MaxPlaybackRate { get; init; } = FullBand;

    /// <summary>sprop-maxcapturerate: Hz beyond which the sender has nothing to send. 8000…48000.</summary>
    public int SpropMaxCaptureRate { get; init; } = FullBand;

    /// <summary>maxaveragebitrate: bit/s that may not be exceeded on average, 6000…510000; null for no limit but the codec's.</summary>
    public int? MaxAverageBitrate { get; init; }

    /// <summary>stereo: the receiver prefers stereo; otherwise mono is preferred, and either may be sent.</summary>
    public bool Stereo { get; init; }

    /// <summary>sprop-stereo: the sender is likely to send stereo.</summary>
    public bool SpropStereo { get; init; }

    /// <summary>cbr: the receiver wants a constant bit rate.</summary>
    public bool Cbr { get; init; }

    /// <summary>useinbandfec: the receiver makes use of in-band error correction.</summary>
    public bool UseInbandFec { get; init; }

    /// <summary>usedtx: the receiver prefers discontinuous transmission.</summary>
    public bool UseDtx { get; init; }

    /// <summary>minptime: the shortest packet in ms, 3…120; null when not said. (In use since the drafts of RFC 7587.)</summary>
    public int? MinPacketTime { get; init; }

    /// <summary>ptime: the preferred packet in ms, 3…120; null when not said, which stands for 20.</summary>
    public int? PacketTime { get; init; }

    /// <summary>maxptime: the longest packet in ms, 3…120.</summary>
    public int MaxPacketTime { get; init; } = LongestPacket;

    /// <summary>Reads the parameters of a=fmtp, without the payload type: <c>name=value; name=value</c>. Unknown names are passed over.</summary>
    public static OpusParameters Parse(ReadOnlySpan<char> parameters)
    {
        var parsed = Default;
        foreach (var range in parameters.Split(';'))
        {
            var pair = parameters[range];
            var equals = pair.IndexOf('=');
            if (equals < 0) continue;
            parsed = parsed.With(pair[..equals].Trim().ToString().ToLowerInvariant(), pair[(equals + 1)..].Trim());
        }
        return parsed;
    }

    /// <summary>With what a=ptime and a=maxptime say, which stand beside a=fmtp. (RFC 7587 §7, RFC 8866 §6.4, §6.5)</summary>
    public OpusParameters WithPacketTimes(string? packetTime, string? maxPacketTime) =>
        With("ptime", packetTime).With("maxptime", maxPacketTime);

    /// <summary>The parameters of a=fmtp that differ from the defaults; "" when none does. Packet times but minptime have lines of their own.</summary>
    public string Format()
    {
        var text = new StringBuilder();
        Append("minptime", MinPacketTime);
        Append("useinbandfec", UseInbandFec ? 1 : null);
        Append("usedtx", UseDtx ? 1 : null);
        Append("maxplaybackrate", MaxPlaybackRate == FullBand ? null : MaxPlaybackRate);
        Append("sprop-maxcapturerate", SpropMaxCaptureRate == FullBand ? null : SpropMaxCaptureRate);
        Append("maxaveragebitrate", MaxAverageBitrate);
        Append("stereo", Stereo ? 1 : null);
        Append("sprop-stereo", SpropStereo ? 1 : null);
        Append("cbr", Cbr ? 1 : null);
        return text.ToString();

        void Append(string name, int? value)
        {
            if (value is not { } number) return;
            if (text.Length > 0) text.Append(';');
            text.Append(CultureInfo.InvariantCulture, $"{name}={number}");
        }
    }

    private OpusParameters With(string name, ReadOnlySpan<char> text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return this;
        return name switch
        {
            "maxplaybackrate" when value > 0 => this with { MaxPlaybackRate = Math.Clamp(value, 8_000, FullBand) },
            "sprop-maxcapturerate" when value > 0 => this with { SpropMaxCaptureRate = Math.Clamp(value, 8_000, FullBand) },
            "maxaveragebitrate" when value > 0 => this with { MaxAverageBitrate = Math.Clamp(value, MinBitrate, MaxBitrate) },
            "stereo" when value <= 1 => this with { Stereo = value == 1 },
            "sprop-stereo" when value <= 1 => this with { SpropStereo = value == 1 },
            "cbr" when value <= 1 => this with { Cbr = value == 1 },
            "useinbandfec" when value <= 1 => this with { UseInbandFec = value == 1 },
            "usedtx" when value <= 1 => this with { UseDtx = value == 1 },
            "minptime" when IsPacketTime(value) => this with { MinPacketTime = value },
            "ptime" when IsPacketTime(value) => this with { PacketTime = value },
            "maxptime" when value >= 3 => this with { MaxPacketTime = Math.Min(value, LongestPacket) },
            _ => this,
        };
    }

    /// <summary>3 stands for 2.5 ms, rounded up. (RFC 7587 §6.1)</summary>
    private static bool IsPacketTime(int value) => value is >= 3 and <= LongestPacket;
}
