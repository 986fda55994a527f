using System.Text;
using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Settings;
using Parley.Simulation;

namespace Parley.Realtime.Tests.Model;

/// <summary>
/// A session between a client and a driver of whom each does something at each step, on virtual time. What comes out of the session goes
/// to the views of both, which check it.
/// </summary>
internal sealed class World
{
    private readonly AudioPath _path;
    private readonly SessionKind _kind;
    private readonly ClientActs _acts;
    private readonly List<ReceivedEvent> _received = [];
    private readonly Queue<string> _script = new();
    private RealtimeSession _session;
    private Instant _now = new(0);
    private TimeSpan _position;
    private double _unheardMs;
    private bool _isVoiced;
    private int _sent;
    private int _connections = 1;

    public World(AudioPath path, SessionKind kind = SessionKind.Realtime)
    {
        _path = path;
        _kind = kind;
        Client = new ClientView(path);
        Driver = new DriverView(path);
        _acts = new ClientActs(Client, path);
        _session = new RealtimeSession(Config, new SeededRandom(1), _now);
        _session.HandleOpened(_now);
        Settle();
    }

    public ClientView Client { get; }

    public DriverView Driver { get; private set; }

    public bool IsOver => _session.IsClosed;

    /// <summary>What went in and came out at the end.</summary>
    public string Script => string.Join('\n', _script);

    private RealtimeSessionConfig Config => new()
    {
        CreatedAt = DateTimeOffset.UnixEpoch + (_now - new Instant(0)),
        AudioPath = _path,
        MaxDuration = TimeSpan.FromMinutes(4),
        ExpiryWarning = TimeSpan.FromMinutes(1),
        MaxItemAudioSize = 300_000,
        Settings = SessionSettings.Default with { Kind = _kind, Transcription = new TranscriptionSettings(null, null, null) },
    };

    public void Step(int kind, SeededRandom random)
    {
        switch (kind)
        {
            case < 30:
                var (json, expected) = _acts.Next(random);
                Send(json, expected);
                break;
            case < 48:
                _isVoiced = random.NextInt(2) == 0;
                Sound(random.NextInt(90));
                break;
            case < 57:
                Recognise(random);
                break;
            case < 78:
                Reply(random);
                break;
            case < 86:
                Play(random);
                break;
            case < 88:
                Pass(TimeSpan.FromMilliseconds(random.NextInt(6000)));
                break;
            case < 95:
                AnswerMcp(random);
                break;
            case < 97:
                if (Driver.Utterances.Count > 0) _session.HandleUtteranceAudio(Pick(Driver.Utterances, random), new short[random.NextInt(9000)]);
                break;
            case < 99:
                Stale(random);
                break;
            default:
                Resume();
                break;
        }
    }

    /// <summary>Everybody does what they have begun; then nothing is left, and closing has nothing to stop.</summary>
    public void ComeToRest()
    {
        Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}}""", Expectation.Answer("session.updated"));
        Send("""{"type":"input_audio_buffer.clear"}""", Expectation.Answer("input_audio_buffer.cleared"));
        for (var round = 0; round < 20 && !(Driver.IsIdle && Client.Active.Count == 0); round++)
        {
            foreach (var id in Driver.Recognizers.Keys.ToArray()) Transcribe(id, new TranscriptFinal("so"));
            foreach (var id in Driver.Mcp.Keys.ToArray()) AnswerMcp(id, new McpToolsListed([]));
            foreach (var id in Driver.Replies.Keys.ToArray()) Reply(id, new ReplyCompleted(default));
            while (Driver.Loudspeaker.Count > 0) Play(Driver.Loudspeaker.Keys.First(), TimeSpan.FromSeconds(30));
        }
        Assert.True(Driver.IsIdle, "work is left over");
        Client.AssertAtRest();
        var snapshot = _session.Snapshot();
        Assert.Equal(Client.Items, snapshot.Items.Select(item => item.Id));
        Assert.All(snapshot.Items, item => Assert.NotEqual(ItemStatus.InProgress, item.Status));
        Assert.All(snapshot.Recordings, recording => Assert.Contains(recording.ItemId, Client.Items));
        _session.Close(_now);
        Assert.False(_session.TryPollCommand(out _), "something was left to stop");
        AssertSilence(new SeededRandom(0));
    }

    public void CloseAtOnce(SeededRandom random)
    {
        _session.Close(_now);
        Assert.False(_session.TryPollServerEvent(out _), "an event came after the close");
        Settle();
        Assert.True(Driver.IsIdle, "work goes on after the close");
        AssertSilence(random);
    }

    public void Expire(SeededRandom random)
    {
        while (!IsOver) Pass(TimeSpan.FromMinutes(1));
        AssertExpired();
        AssertSilence(random);
    }

    private void AssertExpired()
    {
        Assert.Equal(CloseReason.SessionExpired, Driver.Closed);
        Assert.Equal("error", Client.Everything[^1]);
        Assert.Equal("session_expired", _received[^1]["error.code"]);
        Assert.Empty(Client.Active);
        Assert.Empty(Client.Sounding);
        Assert.True(Driver.IsIdle, "work goes on after the end");
    }

    /// <summary>Whatever comes in now, nothing comes out.</summary>
    private void AssertSilence(SeededRandom random)
    {
        Assert.True(_session.NextDeadline.IsNone);
        _session.HandleOpened(_now);
        _session.HandleClientEvent("""{"type":"response.create"}"""u8, _now);
        _session.HandleSpeech(1, _position + TimeSpan.FromMilliseconds(10), _now);
        if (Driver.Utterances.Count > 0) _session.HandleTranscript(Pick(Driver.Utterances, random), new TranscriptFinal("late"), _now);
        if (Driver.EveryReply.Count > 0) Assert.False(_session.HandleReply(Pick(Driver.EveryReply, random), new ReplyText("late"), _now));
        _session.HandleTimeout(_now + TimeSpan.FromHours(2));
        Assert.False(_session.TryPollServerEvent(out _));
        Assert.False(_session.TryPollCommand(out _));
    }

    private void Send(string json, Expectation expected)
    {
        if (IsOver) return;
        var id = $"client_{_sent++}";
        _received.Clear();
        Note($"client: {json}");
        _session.HandleClientEvent(Encoding.UTF8.GetBytes($"{{\"event_id\":\"{id}\",{json[1..]}"), _now);
        Settle();
        var errors = _received.Where(received => received.Type == "error" && received["error.event_id"] == id).Select(received => received["error.code"]).ToList();
        if (expected.Error is null) Assert.Empty(errors);
        else if (expected.Error != "?") Assert.Equal([expected.Error], errors);
        else Assert.InRange(errors.Count, 0, 1);
        if (expected.Type is not null) Assert.Contains(expected.Type, _received.Select(received => received.Type));
        if (errors.Count == 1) Assert.Single(_received);
    }

    /// <summary>So many frames of 10 ms arrive, by the path of this session.</summary>
    private void Sound(int frames)
    {
        if (_path == AudioPath.Media)
        {
            Hear(frames);
            return;
        }
        // 10 ms of the format, and a byte more or less now and then.
        var bytes = frames * (_session.InputFormat.BytesPerSample == 2 ? 480 : 80) + frames % 2;
        Send($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(new byte[bytes])}}"}""", default);
    }

    private void Hear(int frames)
    {
        for (var i = 0; i < frames && !IsOver; i++)
        {
            _position += TimeSpan.FromMilliseconds(10);
            if (_path == AudioPath.Media) Pass(TimeSpan.FromMilliseconds(10));
            _session.HandleSpeech(_isVoiced ? 0.9f : 0.1f, _position, _now);
            Settle();
        }
    }

    private void Recognise(SeededRandom random)
    {
        if (Driver.Recognizers.Count == 0) return;
        TranscriptUpdate update = random.NextInt(4) switch
        {
            0 => new TranscriptHypothesis(Words(random), random.NextInt(12) - 2) { Logprobs = [new TokenLogprob("a", -1)] },
            1 => new TranscriptFailed("code", "message"),
            _ => new TranscriptFinal(Words(random)) { Logprobs = [new TokenLogprob("a", double.NegativeInfinity)] },
        };
        Transcribe(Pick(Driver.Recognizers.Keys, random), update);
    }

    private void Transcribe(string itemId, TranscriptUpdate update)
    {
        if (update is not TranscriptHypothesis) Driver.Recognizers.Remove(itemId);
        Note($"recogniser: {itemId} {update}");
        _session.HandleTranscript(itemId, update, _now);
        Settle();
    }

    private void Reply(SeededRandom random)
    {
        if (Driver.Replies.Count == 0) return;
        var id = Pick(Driver.Replies.Keys, random);
        var tools = Driver.Replies[id].Tools;
        var tool = tools.Count == 0 ? "f" : tools[^1].Name;
        var callId = random.NextInt(4) == 0 ? "" : $"c{random.NextInt(4)}";
        Reply(id, random.NextInt(14) switch
        {
            0 or 12 => new ReplyCompleted(new ReplyUsage(3, 4), random.NextInt(3) == 0 ? ReplyLimit.OutputTokens : ReplyLimit.None),
            1 => new ReplyFailed("code", "message"),
            2 or 13 => new ReplyToolCall(callId, tool, "{\"a\":1}"),
            3 => new ReplyToolCallDelta(callId, tool, "{\"a\""),
            4 => new ReplyToolCallDropped(callId),
            5 => new ReplyMark(TimeSpan.FromMilliseconds(random.NextInt(3000)), random.NextInt(40) - 3),
            < 9 when Driver.Replies[id].IsSpoken => new ReplyAudio(new short[random.NextInt(30_000)]),
            _ => new ReplyText(Words(random)),
        });
    }

    private void Reply(string id, ReplyEvent reply)
    {
        if (reply is ReplyCompleted or ReplyFailed) Driver.Replies.Remove(id);
        Note($"model: {id} {reply}");
        Assert.True(_session.HandleReply(id, reply, _now), "a reply that was asked for is not wanted");
        if (_path == AudioPath.Media && reply is ReplyAudio { Samples.Length: > 0 } audio)
        {
            var (available, played) = Driver.Loudspeaker.GetValueOrDefault(id);
            Driver.Loudspeaker[id] = (available + TimeSpan.FromSeconds(audio.Samples.Length / 24_000.0), played);
        }
        Settle();
    }

    private void Play(SeededRandom random)
    {
        if (Driver.Loudspeaker.Count > 0) Play(Pick(Driver.Loudspeaker.Keys, random), TimeSpan.FromMilliseconds(random.NextInt(800)));
    }

    private void Play(string id, TimeSpan by)
    {
        var (available, played) = Driver.Loudspeaker[id];
        if (played >= available && !Driver.Replies.ContainsKey(id))
        {
            Driver.Loudspeaker.Remove(id);
            _session.HandlePlayout(id, PlayoutUpdate.Drained, _now);
        }
        else
        {
            played = played + by < available ? played + by : available;
            Driver.Loudspeaker[id] = (available, played);
            _session.HandlePlayout(id, PlayoutUpdate.Progress(played), _now);
        }
        Settle();
    }

    private void AnswerMcp(SeededRandom random)
    {
        if (Driver.Mcp.Count == 0) return;
        var id = Pick(Driver.Mcp.Keys, random);
        AnswerMcp(id, random.NextInt(4) switch
        {
            0 => new McpFailed(McpError.ToolExecution("no")),
            // Not always what was asked for.
            _ when Driver.Mcp[id] == (random.NextInt(8) > 0) => new McpToolCalled("done"),
            _ => new McpToolsListed([new McpTool("look", "", "{}", null, true)]),
        });
    }

    private void AnswerMcp(string id, McpOutcome outcome)
    {
        Driver.Mcp.Remove(id);
        _session.HandleMcp(id, outcome, _now);
        Settle();
    }

    /// <summary>What comes for work that is over, or never was, changes nothing.</summary>
    private void Stale(SeededRandom random)
    {
        _received.Clear();
        var reply = Driver.EveryReply.FindLast(id => !Driver.Replies.ContainsKey(id)) ?? "resp_nobody";
        Assert.False(_session.HandleReply(reply, new ReplyText(Words(random)), _now));
        if (!Driver.Loudspeaker.ContainsKey(reply)) _session.HandlePlayout(reply, PlayoutUpdate.Progress(TimeSpan.FromSeconds(9)), _now);
        var utterance = Driver.Utterances.FindLast(id => !Driver.Recognizers.ContainsKey(id)) ?? "item_nobody";
        _session.HandleTranscript(utterance, new TranscriptFinal("stale"), _now);
        _session.HandleMcp("mcp_nobody", new McpToolCalled("stale"), _now);
        Settle();
        Assert.Empty(_received);
    }

    private void Resume()
    {
        if (IsOver) return;
        _session.Close(_now);
        Settle();
        Assert.True(Driver.IsIdle, "work goes on after the close");
        var snapshot = _session.Snapshot();
        Assert.Equal(Client.Items, snapshot.Items.Select(item => item.Id));
        Assert.All(snapshot.Items, item => Assert.NotEqual(ItemStatus.InProgress, item.Status));

        var id = Client.SessionId;
        Client.HandleResumed();
        Driver = new DriverView(_path);
        (_position, _unheardMs) = (TimeSpan.Zero, 0);
        _session = RealtimeSession.Resume(snapshot, Config, new SeededRandom((ulong)++_connections), _now);
        _session.HandleOpened(_now);
        Settle();
        Assert.Equal(id, Client.SessionId);
    }

    /// <summary>Time goes by, and nobody is late for a deadline.</summary>
    private void Pass(TimeSpan span)
    {
        var end = _now + span;
        while (!IsOver && _session.NextDeadline.IsDue(end))
        {
            if (_session.NextDeadline.At > _now) _now = _session.NextDeadline.At;
            _received.Clear();
            _session.HandleTimeout(_now);
            Settle();
        }
        _now = end;
    }

    private void Settle()
    {
        bool more;
        do
        {
            more = false;
            while (_session.TryPollCommand(out var command))
            {
                more = true;
                Note($"  command: {command}");
                Driver.Handle(command, _position);
                if (command is AppendInput append) HearAppended(append.Audio.Length);
            }
            while (_session.TryPollServerEvent(out var json))
            {
                more = true;
                var received = new ReceivedEvent(_now, JsonDocument.Parse(json).RootElement);
                Note($"  event: {received.Json.GetRawText()}");
                _received.Add(received);
                Client.Handle(received);
            }
        }
        while (more);
    }

    private void HearAppended(int bytes)
    {
        _unheardMs += bytes / (_session.InputFormat.BytesPerSample == 2 ? 48.0 : 8.0);
        var frames = (int)(_unheardMs / 10);
        _unheardMs -= frames * 10;
        Hear(frames);
    }

    private void Note(string line)
    {
        _script.Enqueue(line.Length < 400 ? line : line[..400] + "…");
        if (_script.Count > 60) _script.Dequeue();
    }

    private static string Words(SeededRandom random) => Pick(["", " yes", "\uD83D", "\uDE00", "a longer line of words", "\"\\\u0000", "I would like to"], random);

    private static T Pick<T>(IReadOnlyCollection<T> from, SeededRandom random) => from.ElementAt(random.NextInt(from.Count));
}
