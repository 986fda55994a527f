using System.Text;
using System.Text.Json;
using Parley.Conversation;
using Parley.Simulation;

namespace Parley.Realtime.Tests;

/// <summary>
/// A call on virtual time around one session: a scripted user, a recogniser that understands the script, models that reply as
/// a test says, and a loudspeaker that plays in real time. Everything that the client receives is written down.
/// </summary>
internal sealed class TestCall
{
    private readonly VirtualClock _clock = new();
    private readonly Dictionary<string, TimeSpan> _utteranceStarts = new(StringComparer.Ordinal);
    private readonly List<Speaker> _speakers = [];

    public TestCall(RealtimeSessionConfig? config = null, bool opened = true, SessionSnapshot? resumed = null)
    {
        Session = resumed is null
            ? new RealtimeSession(config ?? Config, new SeededRandom(1), _clock.Now)
            : RealtimeSession.Resume(resumed, config ?? Config, new SeededRandom(2 + (ulong)resumed.Items.Count), _clock.Now);
        if (opened) Session.HandleOpened(_clock.Now);
        Settle();
    }

    public static RealtimeSessionConfig Config { get; } = new() { CreatedAt = DateTimeOffset.UnixEpoch };

    public RealtimeSession Session { get; }

    public ScriptedUser User { get; } = new();

    /// <summary>How the models reply to the first, second, … request; the last one also to those that follow.</summary>
    public List<ScriptedReply> Replies { get; } = [];

    public TimeSpan RecognitionDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What the recogniser says at the end of an utterance; null: what the script says was spoken.</summary>
    public Func<string, TranscriptUpdate?>? Recognize { get; set; }

    public List<ReceivedEvent> Events { get; } = [];

    public List<(Instant At, SessionCommand Command)> Commands { get; } = [];

    public Instant Now => _clock.Now;

    public IEnumerable<string> Types => Events.Select(received => received.Type);

    public IEnumerable<ReplyRequest> Requests => Commands.Select(entry => entry.Command).OfType<StartReply>().Select(start => start.Request);

    /// <summary>Runs on, with a frame of the user's audio each 10 ms.</summary>
    public TestCall Run(double untilSeconds, bool audio = true)
    {
        var end = Instant.FromMilliseconds(untilSeconds * 1000);
        while (_clock.Now < end)
        {
            _clock.RunFor(TimeSpan.FromMilliseconds(10));
            if (Session.NextDeadline.IsDue(Now)) Session.HandleTimeout(Now);
            if (audio) Session.HandleSpeech(User.SpeechAt(new TimeSpan(Now.Ticks)), new TimeSpan(Now.Ticks), Now);
            Settle();
            foreach (var speaker in _speakers.ToArray()) speaker.Tick(this);
        }
        return this;
    }

    public void Send(string json)
    {
        Session.HandleClientEvent(Encoding.UTF8.GetBytes(json), Now);
        Settle();
    }

    public void Reply(string responseId, ReplyEvent reply)
    {
        Session.HandleReply(responseId, reply, Now);
        Settle();
    }

    public void Playout(string responseId, PlayoutUpdate update)
    {
        Session.HandlePlayout(responseId, update, Now);
        Settle();
    }

    public void At(double seconds, Action action) => _clock.At(Instant.FromMilliseconds(seconds * 1000), action);

    public ReceivedEvent Last(string type) => Events.Last(received => received.Type == type);

    public ReceivedEvent Single(string type) => Events.Single(received => received.Type == type);

    /// <summary>Takes what the session wants done and said.</summary>
    public void Settle()
    {
        bool more;
        do
        {
            more = false;
            while (Session.TryPollCommand(out var command))
            {
                more = true;
                Commands.Add((Now, command));
                Carry(command);
            }
            while (Session.TryPollServerEvent(out var json))
            {
                more = true;
                Events.Add(new ReceivedEvent(Now, JsonDocument.Parse(json).RootElement));
            }
        }
        while (more);
    }

    private void Carry(SessionCommand command)
    {
        switch (command)
        {
            case BeginUtterance begin:
                _utteranceStarts.Add(begin.ItemId, begin.From);
                break;
            case EndUtterance end:
                var text = User.Heard(_utteranceStarts[end.ItemId], end.To);
                var update = Recognize is null ? new TranscriptFinal(text) : Recognize(text);
                if (update is not null) _clock.After(RecognitionDelay, () => Transcribe(end.ItemId, update));
                break;
            case StartReply start when Replies.Count > 0:
                var reply = Replies[0];
                if (Replies.Count > 1) Replies.RemoveAt(0);
                var speaker = new Speaker(start.Request.ResponseId);
                _speakers.Add(speaker);
                foreach (var (delay, replyEvent) in reply.Events) _clock.After(delay, () => speaker.Generate(this, replyEvent));
                break;
            case CancelReply cancel:
                foreach (var cancelled in _speakers.Where(speaker => speaker.ResponseId == cancel.ResponseId)) cancelled.IsGenerating = false;
                break;
            case ClearPlayout clear:
                _speakers.RemoveAll(speaker => speaker.ResponseId == clear.ResponseId);
                break;
        }
    }

    private void Transcribe(string itemId, TranscriptUpdate update)
    {
        Session.HandleTranscript(itemId, update, Now);
        Settle();
    }

    /// <summary>The loudspeaker of one reply: 20 ms of audio each 20 ms.</summary>
    private sealed class Speaker(string responseId)
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
        private TimeSpan _available;
        private TimeSpan _played;
        private bool _started;

        public string ResponseId { get; } = responseId;

        public bool IsGenerating { get; set; } = true;

        public void Generate(TestCall call, ReplyEvent reply)
        {
            // A cancelled model may still push what it had ready: the session must ignore it.
            if (call.Session.HandleReply(ResponseId, reply, call.Now) && reply is ReplyAudio audio)
                _available += TimeSpan.FromSeconds(audio.Samples.Length / 24_000.0);
            if (reply is ReplyCompleted or ReplyFailed) IsGenerating = false;
            call.Settle();
        }

        public void Tick(TestCall call)
        {
            if (_available == TimeSpan.Zero) return;
            if (!_started) call.Playout(ResponseId, PlayoutUpdate.Started);
            _started = true;
            if (_played < _available)
            {
                _played += Step;
                call.Playout(ResponseId, PlayoutUpdate.Progress(_played));
            }
            else if (!IsGenerating)
            {
                call._speakers.Remove(this);
                call.Playout(ResponseId, PlayoutUpdate.Drained);
            }
        }
    }
}

internal sealed record ReceivedEvent(Instant At, JsonElement Json)
{
    public string Type => Json.GetProperty("type").GetString()!;

    /// <summary>The value at a path such as "response.status", as text; "null" where it is null.</summary>
    public string this[string path] => Get(path) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : "null";

    public JsonElement Get(string path) => path.Split('.').Aggregate(Json, (element, name) =>
        int.TryParse(name, out var index) ? element[index] : element.GetProperty(name));
}
