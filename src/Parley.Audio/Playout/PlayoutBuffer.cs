namespace Parley.Audio;

/// <summary>
/// What stands before a loudspeaker: packets in as they come, 10 ms of samples out at each pull, at the device's clock. Samples are held
/// back as long as packets were seen to be late; the delay follows by cutting out or repeating pitch periods. What is missing is
/// rebuilt from the next packet or made up. A pause of the sender is silence and adds no delay. Owned by one thread; memory
/// is bounded, a steady stream allocates nothing.
/// </summary>
public sealed class PlayoutBuffer : IDisposable
{
    /// <summary>Without a packet for so long, in samples at 48 kHz (200 ms), the sender is taken to have paused.</summary>
    private const long PauseAfter = 9600;

    /// <summary>Timestamps of a careless sender may step by less than this, 2.5 ms at 48 kHz.</summary>
    private const long MinPause = 120;

    /// <summary>A loss longer than this, 1 s at 48 kHz, is leapt over.</summary>
    private const long MaxConcealment = 48000;

    private readonly PlayoutConfig _config;
    private readonly PacketOrder _packets;
    private readonly PlayoutDecoder _decoder;
    private readonly DelayKeeper _keeper;
    private readonly int _ratio;
    private readonly int _pull;

    private bool _isPaused = true;
    private bool _wasDtx;

    /// <summary>Samples at 48 kHz that were made up since the last packet, whose time they may have covered.</summary>
    private long _madeUp;
    private PlayoutKind _kind = PlayoutKind.Silence;

    /// <param name="sampleRate">Hz of the samples given: 8000, 12000, 16000, 24000 or 48000.</param>
    /// <param name="config">The bounds of the delay; null for the defaults.</param>
    /// <exception cref="DllNotFoundException">libopus is absent.</exception>
    public PlayoutBuffer(int sampleRate = 24000, PlayoutConfig? config = null)
    {
        _config = config ?? PlayoutConfig.Default;
        _config.Validate();
        SampleRate = sampleRate;
        _ratio = 48000 / sampleRate;
        _pull = sampleRate / 100;
        _packets = new PacketOrder(_config, Counters);
        _decoder = new PlayoutDecoder(sampleRate, Counters);
        _keeper = new DelayKeeper(_decoder.Line, Counters);
    }

    /// <summary>Hz.</summary>
    public int SampleRate { get; }

    /// <summary>Samples of one pull: 10 ms.</summary>
    public int PullLength => _pull;

    public CounterTable<PlayoutCount> Counters { get; } = new();

    /// <summary>How long samples are to be held back, counted from the arrival of a packet that took the fastest way.</summary>
    public TimeSpan TargetDelay(Instant now) => _packets.TargetDelay(now);

    /// <summary>How long the samples of the last pull were held back; what the sender paused for is left out.</summary>
    public TimeSpan CurrentDelay { get; private set; }

    public PlayoutStats StatsAt(Instant now) => new()
    {
        TargetDelay = TargetDelay(now),
        CurrentDelay = CurrentDelay,
        PlayedSamples = Counters[PlayoutCount.PlayedSamples],
        ConcealedSamples = Counters[PlayoutCount.ConcealedSamples],
        RecoveredSamples = Counters[PlayoutCount.RecoveredSamples],
        SilentSamples = Counters[PlayoutCount.SilentSamples],
        AcceleratedSamples = Counters[PlayoutCount.AcceleratedSamples],
        ExpandedSamples = Counters[PlayoutCount.ExpandedSamples],
        LatePackets = Counters[PlayoutCount.Late],
        DiscardedPackets = Counters[PlayoutCount.Discarded],
    };

    /// <summary>Takes one RTP packet's payload; a bad one is dropped and counted.</summary>
    /// <param name="seq">Its sequence number.</param>
    /// <param name="rtpTimestamp">In units of 1/48000 s.</param>
    /// <param name="payload">An Opus packet.</param>
    /// <param name="arrival">When it came; not before the arrival of the packet inserted before.</param>
    /// <param name="ssrc">Another value than before begins a new stream.</param>
    public void Insert(SeqNo seq, uint rtpTimestamp, ReadOnlySpan<byte> payload, Instant arrival, uint ssrc = 0) =>
        _packets.Insert(seq, rtpTimestamp, payload, arrival, ssrc);

    /// <summary>Gives the next 10 ms.</summary>
    /// <param name="pcm">Exactly <see cref="PullLength"/> samples.</param>
    /// <param name="now">When they are played.</param>
    public PlayoutKind Pull(Span<short> pcm, Instant now)
    {
        if (pcm.Length != _pull) throw new ArgumentException($"A pull is 10 ms: {_pull} samples.", nameof(pcm));
        var line = _decoder.Line;
        while (line.Count < _pull) AddOne(now);
        if (!_isPaused && _madeUp == 0)
        {
            var target = _packets.TargetDelay(now);
            if (_keeper.WantsShorter(DelayAt(now), target))
                while (line.Count < line.ShortenNeeds && TryDecode()) continue;
            _keeper.Keep(DelayAt(now), target, now);
            CurrentDelay = DelayAt(now);
        }
        line.Take(pcm);
        Counters.Add(PlayoutCount.PlayedSamples, _pull);
        return _kind;
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>How long the next sample of the line will have waited when it is played now.</summary>
    private TimeSpan DelayAt(Instant now) =>
        now + TimeSpan.FromTicks(_decoder.Line.Count * TimeSpan.TicksPerSecond / SampleRate) - _packets.TimeOf(_packets.NextTimestamp);

    /// <summary>Puts something into the line: what comes next, or something in its place.</summary>
    private void AddOne(Instant now)
    {
        _packets.DropUnplayable();
        if (_packets.IsEmpty) AddNothing();
        else if (_isPaused) AddAfterPause(now);
        else if (_packets.Gap <= 0) Decode();
        else if (_packets.IsPause && _packets.Gap < MinPause) _packets.LeapTo(_packets.First.Timestamp);
        else if (_packets.IsPause || _packets.Gap - _madeUp > MaxConcealment) _isPaused = true;
        else AddForLoss();
    }

    /// <summary>No packet is there: late, lost, or not sent.</summary>
    private void AddNothing()
    {
        if (_wasDtx || _madeUp >= PauseAfter) _isPaused = true;
        MakeUp(_isPaused);
    }

    /// <summary>The first packet after a pause sounds when its delay is the target.</summary>
    private void AddAfterPause(Instant now)
    {
        var head = _packets.First;
        if (now < _packets.TimeOf(head.Timestamp) + _packets.TargetDelay(now))
        {
            MakeUp(isSilence: true);
            return;
        }
        _isPaused = false;
        if (_packets.IsPause) SettleAs(PlayoutCount.SilentSamples);
        _packets.LeapTo(head.Timestamp);
        Decode();
    }

    private void AddForLoss()
    {
        // What was made up while nothing came stands for the start of the loss.
        var covered = Math.Min(_madeUp, _packets.Gap);
        if (covered > 0)
        {
            SettleAs(PlayoutCount.ConcealedSamples);
            _packets.LeapTo(_packets.NextTimestamp + covered);
            return;
        }
        var head = _packets.First;
        var gap = _packets.Gap;
        var repairable = head.Opus.HasInbandFec ? head.Opus.FrameDuration : 0;
        if (gap == repairable && _decoder.TryRepair(head.Payload, repairable / _ratio))
        {
            _kind = PlayoutKind.Audio;
            _packets.LeapTo(head.Timestamp);
            return;
        }
        // Longer than a frame: the last frame of it may be repaired, the rest is made up by 10 ms.
        var rest = gap > repairable ? gap - repairable : gap;
        var piece = Math.Min(rest, 480) / 120 * 120;
        if (piece > 0)
        {
            _decoder.Conceal((int)piece / _ratio);
            Counters.Add(PlayoutCount.ConcealedSamples, piece / _ratio);
            _kind = PlayoutKind.Concealed;
        }
        _packets.LeapTo(_packets.NextTimestamp + (piece > 0 ? piece : rest));
    }

    private bool TryDecode()
    {
        _packets.DropUnplayable();
        if (_packets.IsEmpty || _packets.Gap > 0) return false;
        Decode();
        return true;
    }

    private void Decode()
    {
        var head = _packets.First;
        var covered = (int)-_packets.Gap;
        SettleAs(PlayoutCount.ConcealedSamples);
        if (head.StartsStream) _decoder.Restart();
        _decoder.Decode(head.Payload, head.Opus.Duration / _ratio, covered / _ratio);
        _wasDtx = head.Opus.IsDtx;
        _kind = PlayoutKind.Audio;
        _packets.RemoveFirst();
    }

    private void MakeUp(bool isSilence)
    {
        _decoder.Extend(_pull);
        if (isSilence) Counters.Add(PlayoutCount.SilentSamples, _pull);
        else _madeUp += _pull * _ratio;
        _kind = isSilence ? PlayoutKind.Silence : PlayoutKind.Concealed;
    }

    /// <summary>What was made up has turned out to be a pause of the sender, or a loss.</summary>
    private void SettleAs(PlayoutCount count)
    {
        Counters.Add(count, _madeUp / _ratio);
        _madeUp = 0;
    }
}
