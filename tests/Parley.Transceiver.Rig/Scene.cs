using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Parley.Net.Impairment;
using Parley.Realtime.Settings;
using Parley.Simulation;
using Parley.Speech;

namespace Parley.Transceiver.Rig;

/// <summary>
/// One call from first to last over a bad network: a question and its answer, a long story that is interrupted, a hang-up. What it
/// leaves behind is compared and asserted on by the tests.
/// </summary>
internal sealed class Scene
{
    /// <summary>10 % loss, 80 ms delay and 30 ms jitter each way.</summary>
    public static readonly LinkConditions BadNetwork = new()
    {
        Delay = TimeSpan.FromMilliseconds(80),
        Jitter = TimeSpan.FromMilliseconds(30),
        Loss = 0.1,
        Reordering = 0.2,
    };

    public List<CallerEvent> Events { get; private set; } = [];

    public short[] Heard { get; private set; } = [];

    public short[] HeardAnswer { get; private set; } = [];

    public string? Question { get; private set; }

    public Instant Interrupted { get; private set; }

    public Instant FellSilent { get; private set; }

    public Instant End { get; private set; }

    public TimeSpan WallTime { get; private set; }

    public IReadOnlyList<CallCloseReason> Closed { get; private set; } = [];

    public long Faults { get; private set; }

    public int CallsLeft { get; private set; }

    public int LongestDatagram { get; private set; }

    public string Script => string.Join('\n', Events.Select(e => $"{e.At} {e.Json}"));

    public string AudioDigest => Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(Heard.AsSpan())));

    public double Ratio => End.TotalMilliseconds / WallTime.TotalMilliseconds;

    public static Scene Play(ulong seed, Func<Func<TimeProvider>, ModelSet> models, short[] question, short[] wish, short[] interruption,
        Action? answered = null)
    {
        TimeProvider? time = null;
        var scene = new Scene();
        using var stage = new Stage(seed, models(() => time!));
        time = stage.Time;
        var watch = Stopwatch.StartNew();
        var caller = stage.Call(BadNetwork, settings: SessionSettings.Default with
        {
            Transcription = new TranscriptionSettings(null, null, null),
        });
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(15), "the session");
        stage.RunFor(TimeSpan.FromSeconds(1));

        caller.Machine.Say(question);
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(60), "the end of the answer");
        stage.RunFor(TimeSpan.FromSeconds(1));
        scene.Question = caller.Events.Find(e => e.Type == "conversation.item.input_audio_transcription.completed")?.String("transcript");
        scene.HeardAnswer = [.. caller.Heard];
        answered?.Invoke();

        caller.Machine.Say(wish);
        stage.RunUntil(() => caller.Count("output_audio_buffer.started") == 2, TimeSpan.FromSeconds(60), "the start of the story");
        stage.RunFor(TimeSpan.FromSeconds(5));
        scene.Interrupted = stage.Clock.Now;
        var heardBefore = caller.Heard.Count;
        caller.Machine.Say(interruption);
        stage.RunUntil(() => caller.Has("output_audio_buffer.cleared"), TimeSpan.FromSeconds(10), "the end of the story");
        var end = Hearing.StartOfSilence(caller.Heard, heardBefore);
        scene.FellSilent = caller.HeardAt.Last(block => block.Index <= end).At;

        stage.RunFor(TimeSpan.FromSeconds(20));
        caller.HangUp();
        stage.RunUntil(() => stage.Directory.Count == 0, TimeSpan.FromSeconds(60), "the end of the call");
        scene.WallTime = watch.Elapsed;
        scene.End = stage.Clock.Now;
        scene.Events = caller.Events;
        scene.Heard = [.. caller.Heard];
        scene.Closed = stage.Observer.Closed;
        scene.Faults = stage.Ledger.FaultCount;
        scene.CallsLeft = stage.Directory.Count;
        scene.LongestDatagram = stage.Server.LongestDatagram;
        return scene;
    }
}
