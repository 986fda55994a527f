using System.Runtime.CompilerServices;
using Parley.Conversation;
using Parley.Simulation;
using Parley.Speech;
using Parley.Transceiver.Models;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

public sealed class ModelPortTests : IDisposable
{
    private readonly ModelPump _pump = new();
    private readonly VirtualClock _clock = new();
    private readonly FaultLog _log = new();
    private readonly UtteranceAudio.BlockPool _blocks = new();
    private int _rings;

    public void Dispose() => _log.Dispose();

    [Fact]
    public void An_utterance_streams_while_it_is_spoken_and_its_transcript_comes_back()
    {
        var recognizer = new ScriptedRecognizer("hello");
        var port = Port(recognizer);
        var audio = port.BeginUtterance(new("item", TimeSpan.Zero, null, null));
        for (var i = 0; i < 40; i++)
        {
            audio.Append(Enumerable.Repeat((short)i, 1000).ToArray());
            _pump.RunUntilQuiescent();
        }
        Assert.Empty(Take(port));
        audio.Complete();
        _pump.RunUntilQuiescent();
        Assert.Equal([("item", (object)new TranscriptFinal("hello"))], Take(port));
        Assert.Equal(40_000, recognizer.Utterances[0].Length);
        Assert.Equal(39, recognizer.Utterances[0][^1]);
        Assert.Equal(0, port.JobsUnderWay);
    }

    [Fact]
    public void An_utterance_takes_three_minutes_and_no_more()
    {
        var recognizer = new ScriptedRecognizer("long");
        var port = Port(recognizer);
        var audio = port.BeginUtterance(new("item", TimeSpan.Zero, null, null));
        for (var i = 0; i < 190; i++) audio.Append(new short[16_000]);
        Assert.True(audio.IsFull);
        audio.Complete();
        _pump.RunUntilQuiescent();
        Assert.Equal(180 * 16_000, recognizer.Utterances[0].Length);
    }

    [Fact]
    public void A_recogniser_that_throws_fails_the_transcript_and_says_how()
    {
        var port = Port(new ThrowingRecognizer(new SpeechException("no_server", "Start the server.")));
        port.BeginUtterance(new("item", TimeSpan.Zero, null, null)).Complete();
        _pump.RunUntilQuiescent();
        Assert.Equal([("item", (object)new TranscriptFailed("no_server", "Start the server."))], Take(port));

        port = Port(new ThrowingRecognizer(new InvalidOperationException("a flaw")));
        port.BeginUtterance(new("item", TimeSpan.Zero, null, null)).Complete();
        _pump.RunUntilQuiescent();
        Assert.Equal("recognizer_fault", Assert.IsType<TranscriptFailed>(Assert.Single(Take(port)).Brought).Code);
        Assert.Single(_log.Faults);
    }

    [Fact]
    public void A_recogniser_that_never_answers_is_given_up_after_the_utterance_ended()
    {
        var recognizer = new SilentRecognizer();
        var port = Port(recognizer);
        var audio = port.BeginUtterance(new("item", TimeSpan.Zero, null, null));
        _pump.RunUntilQuiescent();
        Assert.True(port.NextDeadline.IsNone);
        audio.Complete();
        port.AwaitTranscript("item", _clock.Now);
        Assert.Equal(_clock.Now + ModelPort.RecognitionTimeout, port.NextDeadline.At);
        Assert.False(port.TryGiveUp(_clock.Now, out _));
        Assert.True(port.TryGiveUp(port.NextDeadline.At, out var failure));
        Assert.Equal("recognizer_timeout", Assert.IsType<TranscriptFailed>(failure.Transcript).Code);
        _pump.RunUntilQuiescent();
        Assert.True(recognizer.WasCancelled);
        Assert.Equal(0, port.JobsUnderWay);
    }

    [Fact]
    public void A_discarded_utterance_stops_its_recogniser_and_brings_nothing()
    {
        var recognizer = new SilentRecognizer();
        var port = Port(recognizer);
        port.BeginUtterance(new("item", TimeSpan.Zero, null, null));
        _pump.RunUntilQuiescent();
        port.DiscardUtterance("item");
        _pump.RunUntilQuiescent();
        Assert.True(recognizer.WasCancelled);
        Assert.Empty(Take(port));
    }

    [Fact]
    public void A_reply_runs_ahead_of_the_playout_by_a_minute_and_then_waits()
    {
        var voice = new ToneSynthesizer();
        var port = Port(new ScriptedRecognizer("?"), new ScriptedChat(_ => string.Join(' ', Enumerable.Repeat("word and word.", 200))), voice);
        port.StartReply(new ReplyRequest("resp", []));
        var brought = Drain(port);
        var ahead = brought.OfType<ReplyAudio>().Sum(audio => audio.Samples.Length);
        Assert.InRange(ahead / 24_000.0, 60, 61);
        Assert.DoesNotContain(brought, reply => reply is ReplyCompleted);

        // A second is played: about a second more comes.
        port.Consumed("resp", 24_000);
        Assert.InRange(Drain(port).OfType<ReplyAudio>().Sum(audio => audio.Samples.Length) / 24_000.0, 0.9, 1.4);
        for (var i = 0; i < 200; i++)
        {
            port.Consumed("resp", 24_000);
            brought.AddRange(Drain(port));
        }
        Assert.Contains(brought, reply => reply is ReplyCompleted);
        Assert.Equal(0, port.JobsUnderWay);
    }

    [Fact]
    public void A_cancelled_reply_brings_nothing_more_and_its_models_stop()
    {
        var voice = new ToneSynthesizer();
        var port = Port(new ScriptedRecognizer("?"), new ScriptedChat(_ => string.Join(' ', Enumerable.Repeat("word and word.", 200))), voice);
        port.StartReply(new ReplyRequest("resp", []));
        _pump.RunUntilQuiescent();
        port.CancelReply("resp");
        Assert.Empty(Take(port));
        _pump.RunUntilQuiescent();
        var said = voice.Said.Count;
        _pump.RunUntilQuiescent();
        Assert.Equal(said, voice.Said.Count);
        Assert.Empty(Take(port));
        Assert.Equal(0, port.JobsUnderWay);
    }

    [Fact]
    public void A_burst_of_events_rings_once()
    {
        var port = Port(new ScriptedRecognizer("?"), new ScriptedChat(_ => string.Join(' ', Enumerable.Repeat("word", 30))));
        port.StartReply(new ReplyRequest("resp", []));
        _pump.RunUntilQuiescent();
        Assert.Equal(1, _rings);
        Assert.True(Take(port).Count > 30);
    }

    [Fact]
    public void Closing_stops_everything_that_is_under_way()
    {
        var recognizer = new SilentRecognizer();
        var port = Port(recognizer, new ScriptedChat(_ => string.Join(' ', Enumerable.Repeat("word and word.", 200))));
        var audio = port.BeginUtterance(new("item", TimeSpan.Zero, null, null));
        port.StartReply(new ReplyRequest("resp", []));
        _pump.RunUntilQuiescent();
        port.Close();
        _pump.RunUntilQuiescent();
        Assert.True(recognizer.WasCancelled);
        Assert.Equal(0, port.JobsUnderWay);
        Assert.Empty(Take(port));
        // Late sound does no harm.
        audio.Append(new short[160]);
    }

    private ModelPort Port(IRecognizer recognizer, ScriptedChat? chat = null, ISynthesizer? voice = null)
    {
        var models = new ModelSet(recognizer, chat ?? new ScriptedChat(_ => "yes"), voice ?? new ToneSynthesizer(), []);
        return new ModelPort(
            models, new ReplyPipeline(models, new VirtualTimeProvider(_clock)), new PumpStarter(_pump), _blocks, new ModelBell(() => _rings++), _log);
    }

    private static List<(string Id, object Brought)> Take(ModelPort port)
    {
        var brought = new List<(string, object)>();
        while (port.TryPollEvent(out var e)) brought.Add((e.Id, (object?)e.Transcript ?? e.Reply!));
        return brought;
    }

    private List<ReplyEvent> Drain(ModelPort port)
    {
        var all = new List<ReplyEvent>();
        while (true)
        {
            _pump.RunUntilQuiescent();
            var brought = Take(port);
            if (brought.Count == 0) return all;
            all.AddRange(brought.Select(each => (ReplyEvent)each.Brought));
        }
    }

    private sealed class ThrowingRecognizer(Exception exception) : IRecognizer
    {
        public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
            IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (!cancellationToken.IsCancellationRequested) throw exception;
            yield break;
        }
    }

    /// <summary>Listens and says nothing.</summary>
    private sealed class SilentRecognizer : IRecognizer
    {
        public bool WasCancelled { get; private set; }

        public async IAsyncEnumerable<TranscriptUpdate> RecognizeAsync(
            IAsyncEnumerable<ReadOnlyMemory<short>> utterance, RecognitionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var never = new TaskCompletionSource();
            try
            {
                await foreach (var _ in utterance.WithCancellation(cancellationToken)) { }
                await never.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                WasCancelled = cancellationToken.IsCancellationRequested;
            }
            yield break;
        }
    }
}
