using Parley.Realtime;

namespace Parley.Transceiver.Output;

/// <summary>
/// Reply audio that waits for its turn to be sent, 24 kHz, reply after reply. It keeps the memory that it is given and copies nothing
/// before a frame is filled. What is cleared never plays, but for a fade of 5 ms against the click. Pure.
/// </summary>
internal sealed class PlayoutQueue
{
    public const int SampleRate = 24_000;

    /// <summary>Samples of one frame, 20 ms.</summary>
    public const int FrameLength = SampleRate / 50;

    private const int FadeLength = SampleRate / 200;

    private readonly List<Track> _tracks = [];
    private readonly Queue<ReplyPlayout> _updates = new();
    private readonly short[] _fade = new short[FadeLength];
    private int _faded;

    /// <summary>Audio of this reply to be played after what is queued.</summary>
    public void Enqueue(string responseId, ReadOnlyMemory<short> samples)
    {
        if (samples.IsEmpty) return;
        var track = Find(responseId);
        if (track is null) _tracks.Add(track = new Track(responseId));
        if (track.IsComplete) throw new InvalidOperationException("Audio after the end of its reply.");
        track.Chunks.Enqueue(samples);
        track.Queued += samples.Length;
    }

    /// <summary>No more audio follows for this reply: it drains.</summary>
    public void Complete(string responseId)
    {
        if (Find(responseId) is { } track) track.IsComplete = true;
        DropSilentTracks();
    }

    /// <summary>Drops the reply's audio. The next frame begins with a short fade when it was sounding.</summary>
    /// <returns>Samples dropped.</returns>
    public int Clear(string responseId)
    {
        if (Find(responseId) is not { } track) return 0;
        var dropped = track.Queued;
        if (track.IsSounding)
        {
            _faded = track.Take(_fade);
            for (var i = 0; i < _faded; i++) _fade[i] = (short)(_fade[i] * (FadeLength - i) / (FadeLength + 1));
        }
        _tracks.Remove(track);
        DropSilentTracks();
        return dropped;
    }

    /// <summary>True when the next frame would carry sound.</summary>
    public bool HasFrame => _faded > 0 || CanFill();

    /// <summary>Frames that can be filled now without a hole of the queue's own making; a reply's end is followed by silence anyway.</summary>
    public int FramesReady => _tracks.Count == 0 ? 0 : _tracks[0].IsComplete ? int.MaxValue : _tracks[0].Queued / FrameLength;

    /// <summary>Fills a frame, with silence where there is nothing. False when there is nothing at all.</summary>
    public bool TryFill(Span<short> frame)
    {
        frame.Clear();
        if (_faded > 0)
        {
            _fade.AsSpan(0, _faded).CopyTo(frame);
            _faded = 0;
            return true;
        }
        if (!CanFill())
        {
            foreach (var track in _tracks) track.IsSounding = false;
            return false;
        }
        var filled = 0;
        while (filled < frame.Length && _tracks.Count > 0)
        {
            var track = _tracks[0];
            var length = track.Take(frame[filled..]);
            filled += length;
            Report(track, length);
            if (track.Queued > 0 || !track.IsComplete) break;
            _updates.Enqueue(new ReplyPlayout(track.ResponseId, PlayoutUpdate.Drained, 0));
            _tracks.RemoveAt(0);
            DropSilentTracks();
        }
        return true;
    }

    public bool TryPollUpdate(out ReplyPlayout update) => _updates.TryDequeue(out update);

    /// <summary>A reply that is still being made gives whole frames only, so that it has no holes of its own making.</summary>
    private bool CanFill() => _tracks.Count > 0 && (_tracks[0].Queued >= FrameLength || (_tracks[0].IsComplete && _tracks[0].Queued > 0));

    private void Report(Track track, int length)
    {
        if (track.Played == 0) _updates.Enqueue(new ReplyPlayout(track.ResponseId, PlayoutUpdate.Started, 0));
        track.Played += length;
        track.IsSounding = true;
        var played = TimeSpan.FromTicks(track.Played * TimeSpan.TicksPerSecond / SampleRate);
        _updates.Enqueue(new ReplyPlayout(track.ResponseId, PlayoutUpdate.Progress(played), length));
    }

    /// <summary>A reply can end just after its last whole frame was taken.</summary>
    private void DropSilentTracks()
    {
        while (_tracks.Count > 0 && _tracks[0] is { Queued: 0, IsComplete: true } track)
        {
            if (track.Played > 0) _updates.Enqueue(new ReplyPlayout(track.ResponseId, PlayoutUpdate.Drained, 0));
            _tracks.RemoveAt(0);
        }
    }

    private Track? Find(string responseId)
    {
        foreach (var track in _tracks)
            if (track.ResponseId == responseId) return track;
        return null;
    }

    private sealed class Track(string responseId)
    {
        private int _offset;

        public string ResponseId => responseId;

        public Queue<ReadOnlyMemory<short>> Chunks { get; } = new();

        /// <summary>Samples that wait.</summary>
        public int Queued { get; set; }

        public long Played { get; set; }

        public bool IsComplete { get; set; }

        /// <summary>The last frame ended with its sound.</summary>
        public bool IsSounding { get; set; }

        public int Take(Span<short> destination)
        {
            var taken = 0;
            while (taken < destination.Length && Chunks.TryPeek(out var chunk))
            {
                var rest = chunk.Span[_offset..];
                var length = Math.Min(rest.Length, destination.Length - taken);
                rest[..length].CopyTo(destination[taken..]);
                taken += length;
                _offset += length;
                if (_offset < chunk.Length) break;
                Chunks.Dequeue();
                _offset = 0;
            }
            Queued -= taken;
            return taken;
        }
    }
}

/// <summary>Something that happened to a reply's audio; <paramref name="Samples"/> of it were played by it.</summary>
internal readonly record struct ReplyPlayout(string ResponseId, PlayoutUpdate Update, int Samples);
