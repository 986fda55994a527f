using Parley.Audio;
using Parley.Realtime;
using Parley.Simulation;
using Parley.Transceiver.Input;
using Parley.Transceiver.Models;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

public sealed class InputAudioTests : IDisposable
{
    private readonly InputAudio _input = new();
    private readonly RealtimeSession _session = new(new RealtimeSessionConfig { CreatedAt = default }, new SeededRandom(1), default);
    private readonly OpusEncoder _encoder = new(new OpusEncoderConfig { SampleRate = 24_000 });
    private readonly byte[] _packet = new byte[OpusEncoder.MaxPacketLength];
    private SeqNo _sequence = new(100);
    private uint _timestamp = 5000;
    private Instant _now;

    public void Dispose()
    {
        _input.Dispose();
        _encoder.Dispose();
    }

    [Fact]
    public void Each_packet_gives_two_frames_and_the_clock_counts_samples()
    {
        var frames = Send(new short[24_000]);
        // The resampler holds back less than a frame.
        Assert.InRange(frames.Count, 98, 100);
        Assert.Equal(Enumerable.Range(1, frames.Count).Select(i => 160L * i), frames.Select(frame => frame.End));
    }

    [Fact]
    public void Speech_is_told_from_silence()
    {
        Send(new short[24_000]);
        var speech = Send(Voice.Say("What time is it?"));
        Assert.InRange(speech.Count(frame => frame.SpeechProbability > 0.5), speech.Count / 2, speech.Count);
        var silence = Send(new short[24_000]);
        Assert.All(silence.Skip(50), frame => Assert.InRange(frame.SpeechProbability, 0, 0.5));
    }

    [Fact]
    public void A_client_that_stops_sending_is_heard_as_silent_for_ten_seconds()
    {
        Send(Voice.Say("What time is it?"));
        var position = _input.Sound.Position;
        Assert.Equal("input.Stall", _input.NextDeadline.Reason);
        var frames = RunFor(TimeSpan.FromSeconds(2));
        // Up to now, from the last packet on.
        Assert.InRange((_input.Sound.Position - position) / 16_000.0, 1.95, 2.05);
        Assert.All(frames.Skip(50), frame => Assert.InRange(frame.SpeechProbability, 0, 0.5));
        RunFor(TimeSpan.FromSeconds(20));
        Assert.InRange((_input.Sound.Position - position) / 16_000.0, 9.9, 10.5);
        Assert.True(_input.NextDeadline.IsNone);
    }

    [Fact]
    public void Silence_that_was_made_up_is_not_counted_again_when_packets_return()
    {
        Send(new short[24_000]);
        var position = _input.Sound.Position;
        var began = _now;
        RunFor(TimeSpan.FromSeconds(1));
        // The client was muted and says so by its timestamps.
        _timestamp += 48_000;
        Send(new short[24_000]);
        Assert.InRange((_input.Sound.Position - position) / 16_000.0 - (_now - began).TotalSeconds, -0.05, 0.05);
    }

    [Fact]
    public void An_utterance_reaches_back_into_the_ring_and_on_into_the_future()
    {
        // More than one turn of the ring, and no break where the tone begins again.
        var tone = new short[24_000 * 6];
        for (var i = 0; i < tone.Length; i++) tone[i] = (short)(8000 * Math.Sin(2 * Math.PI * 300 * i / 24_000.0));
        Send(tone);
        var utterances = new OpenUtterances(_input.Sound, _session);
        var audio = new UtteranceAudio(new UtteranceAudio.BlockPool());
        var from = _input.Sound.Position - 16_000;
        utterances.Begin("item", from, audio);
        Send(tone.AsSpan(0, 24_000));
        Assert.True(utterances.End("item", from + 24_000));
        Assert.True(utterances.IsEmpty);
        var heard = Read(audio);
        Assert.Equal(24_000, heard.Length);
        // The tone goes through without a break.
        for (var i = 1; i < heard.Length; i++) Assert.InRange(Math.Abs(heard[i] - heard[i - 1]), 0, 2500);
        Assert.InRange(heard.Max(), 6000, 10_000);
    }

    [Fact]
    public void An_utterance_from_before_the_ring_begins_with_the_oldest_sample()
    {
        Send(new short[24_000 * 6]);
        var utterances = new OpenUtterances(_input.Sound, _session);
        var audio = new UtteranceAudio(new UtteranceAudio.BlockPool());
        utterances.Begin("item", 0, audio);
        utterances.End("item", _input.Sound.Position);
        Assert.InRange(Read(audio).Length / 16_000.0, 4, InputSound.Lookback.TotalSeconds);
    }

    [Fact]
    public void The_end_of_an_utterance_may_lie_ahead()
    {
        Send(new short[24_000]);
        var utterances = new OpenUtterances(_input.Sound, _session);
        var audio = new UtteranceAudio(new UtteranceAudio.BlockPool());
        utterances.Begin("item", 0, audio);
        Assert.True(utterances.End("item", 24_000));
        Assert.False(utterances.IsEmpty);
        Send(new short[24_000]);
        utterances.Feed();
        Assert.True(utterances.IsEmpty);
        Assert.Equal(24_000, Read(audio).Length);
        Assert.False(utterances.End("item", 0));
    }

    /// <summary>Sends sound as a client does, 20 ms at a time, and gives the frames that it makes.</summary>
    private List<HeardFrame> Send(ReadOnlySpan<short> pcm)
    {
        var frames = new List<HeardFrame>();
        for (var i = 0; i + 480 <= pcm.Length; i += 480)
        {
            var length = _encoder.Encode(pcm.Slice(i, 480), _packet);
            _input.Insert(_sequence, _timestamp, _packet.AsSpan(0, length), _now, ssrc: 7);
            _sequence = _sequence.Next;
            _timestamp += 960;
            while (_input.TryPoll(_now, out var frame)) frames.Add(frame);
            _now += TimeSpan.FromMilliseconds(20);
        }
        return frames;
    }

    private List<HeardFrame> RunFor(TimeSpan span)
    {
        var frames = new List<HeardFrame>();
        var end = _now + span;
        while (_input.NextDeadline.At <= end)
        {
            if (_input.NextDeadline.At > _now) _now = _input.NextDeadline.At;
            while (_input.TryPoll(_now, out var frame)) frames.Add(frame);
        }
        _now = end;
        return frames;
    }

    private static short[] Read(UtteranceAudio audio)
    {
        var samples = new List<short>();
        var pump = new Simulation.ModelPump();
        pump.Complete(async () =>
        {
            await foreach (var block in audio.ReadAsync(CancellationToken.None)) samples.AddRange(block.Span);
            return 0;
        }, "reading the utterance");
        return [.. samples];
    }
}
