using Parley.Rtc.Sdp;

namespace Parley.Transceiver.Output;

/// <summary>
/// Chooses bit rate, error correction, redundancy and packet length from what the path does and what the client asked for
/// (RFC 7587 §6.1): quality against bandwidth, loss and latency. What gets worse is answered at once, what gets better step by
/// step. Pure; to be asked each <see cref="Period"/>.
/// </summary>
internal sealed class OutputSteering
{
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Mono speech does not gain by more. (RFC 7587 §3.1.1)</summary>
    public const int BestBitsPerSecond = 32_000;

    /// <summary>The least that Opus has. (RFC 6716 §2.1.1)</summary>
    private const int LeastBitsPerSecond = 6_000;

    /// <summary>IP, UDP, RTP with its extensions, and the SRTP tag; and the header of one copy. Bytes.</summary>
    private const int PacketOverhead = 28 + 12 + 16 + 16;
    private const int CopyOverhead = 5;

    /// <summary>Below this a copy costs more than it gives.</summary>
    private const int LeastBitsWithCopies = 16_000;

    /// <summary>Below the first the headers are spread over longer packets, above the second no more. bit/s of Opus.</summary>
    private const int LengthenBelow = 12_000;
    private const int ShortenAbove = 16_000;
    public const int MaxFramesPerPacket = 3;

    /// <summary>Error correction is worth its bits from the start: the first report comes seconds into the call.</summary>
    private const double FirstExpectedLoss = 0.05;
    private const int MaxExpectedLossPercent = 30;

    /// <summary>What is left of a loss after a period without any.</summary>
    private const double LossMemory = 0.9;

    /// <summary>A rate rises by at most this factor in a period, and not for less.</summary>
    private const double LargestRise = 1.25;
    private const double SmallestRise = 1.1;

    /// <summary>Within this round trip a packet that is asked for again is still of use to a player.</summary>
    private static readonly TimeSpan ResendHelpsWithin = TimeSpan.FromMilliseconds(60);

    /// <summary>Loss at which the first and second copy are added and taken away; the second row is for paths where resends help.</summary>
    private static readonly CopyLimits[] Alone = [new(0.03, 0.01), new(0.12, 0.08)];
    private static readonly CopyLimits[] BesideResends = [new(0.10, 0.05), new(0.20, 0.14)];

    private readonly int _most;
    private readonly int _leastFrames;
    private readonly int _mostFrames;
    private readonly bool _usesFec;
    private double? _loss;
    private int _levels;

    public OutputSteering(OpusParameters client)
    {
        _most = Math.Min(BestFor(client.MaxPlaybackRate), client.MaxAverageBitrate ?? BestBitsPerSecond);
        // A client that takes nothing above 10 ms gets 20 ms all the same: frames are that long here.
        _mostFrames = Math.Clamp(client.MaxPacketTime / 20, 1, MaxFramesPerPacket);
        _leastFrames = Math.Clamp((client.PacketTime ?? 20) / 20, 1, _mostFrames);
        _usesFec = client.UseInbandFec;
        Current = new OutputSettings(_most, _usesFec ? Percent(FirstExpectedLoss) : 0, 0, _leastFrames);
    }

    public OutputSettings Current { get; private set; }

    public OutputSettings Decide(in OutputConditions conditions)
    {
        if (conditions.Loss is { } loss) _loss = _loss is { } before && loss < before ? LossMemory * before + (1 - LossMemory) * loss : loss;
        _levels = conditions.CanRepeat ? LevelsWanted(conditions) : 0;
        var (frames, levels) = (FramesFor(conditions), _levels);
        // Copies come before quality, and quality before short packets; but a copy of next to nothing helps nobody.
        while (levels > 0 && Affordable(conditions, levels, frames) < LeastBitsWithCopies) levels--;
        var affordable = Affordable(conditions, levels, frames);
        Current = new OutputSettings(Smooth(affordable), levels > 0 || !_usesFec ? 0 : Percent(_loss ?? FirstExpectedLoss), levels, frames);
        return Current;
    }

    private int LevelsWanted(in OutputConditions conditions)
    {
        if (_loss is not { } loss) return 0;
        var resendsHelp = conditions.CanResend && conditions.RoundTripTime <= ResendHelpsWithin;
        var limits = resendsHelp ? BesideResends : Alone;
        var wanted = 0;
        for (var level = 1; level <= limits.Length; level++)
            if (loss >= (_levels >= level ? limits[level - 1].Remove : limits[level - 1].Add)) wanted = level;
        return wanted;
    }

    private int FramesFor(in OutputConditions conditions)
    {
        var frames = Math.Clamp(Current.FramesPerPacket, _leastFrames, _mostFrames);
        while (frames < _mostFrames && Affordable(conditions, 0, frames) < Math.Min(LengthenBelow, _most)) frames++;
        while (frames > _leastFrames && Affordable(conditions, 0, frames - 1) >= Math.Min(ShortenAbove, _most)) frames--;
        return frames;
    }

    /// <summary>Bit/s of Opus that the path and the client leave.</summary>
    private int Affordable(in OutputConditions conditions, int levels, int frames)
    {
        if (conditions.PathBitsPerSecond is not { } path) return _most;
        var headers = 8.0 * (PacketOverhead + CopyOverhead * levels) * 50 / frames;
        return (int)Math.Clamp((path - headers) / (1 + levels), LeastBitsPerSecond, _most);
    }

    private int Smooth(int affordable)
    {
        var current = Current.BitsPerSecond;
        if (affordable <= current) return affordable;
        return affordable == _most || affordable >= SmallestRise * current ? (int)Math.Min(affordable, current * LargestRise) : current;
    }

    /// <summary>RFC 7587 §3.1.1: the rates at which speech of a bandwidth is as good as it gets.</summary>
    private static int BestFor(int playbackRate) => playbackRate switch
    {
        < 12_000 => 12_000,
        < 16_000 => 16_000,
        < 24_000 => 20_000,
        _ => BestBitsPerSecond,
    };

    private static int Percent(double loss) => Math.Clamp((int)Math.Ceiling(loss * 100 - 0.5), 0, MaxExpectedLossPercent);

    private readonly record struct CopyLimits(double Add, double Remove);
}
