using Microsoft.Extensions.Logging;
using Parley.Conversation;
using Parley.Realtime;
using Parley.Speech;
using Parley.Speech.Mcp;

namespace Parley.Transceiver.Models;

/// <summary>
/// A call's door to the models: starts their work off the shard and takes what they bring. Everything here but the jobs'
/// RunAsync runs on the call's shard. After <see cref="Close"/> nothing is under way that anybody waits for.
/// </summary>
internal sealed class ModelPort(
    ModelSet models, ReplyPipeline pipeline, IModelStarter starter, UtteranceAudio.BlockPool blocks, ModelBell bell, ILogger logger)
{
    /// <summary>A recogniser that says nothing final for so long after the end of an utterance is given up.</summary>
    public static readonly TimeSpan RecognitionTimeout = TimeSpan.FromSeconds(15);

    private readonly List<RecognitionJob> _recognitions = [];
    private readonly List<ReplyJob> _replies = [];
    private readonly List<McpJob> _mcp = [];
    private IMcpConnections? _mcpConnections;

    public Deadline NextDeadline
    {
        get
        {
            var at = Instant.Never;
            foreach (var job in _recognitions) at = Instant.Earlier(at, job.GiveUpAt);
            return at.IsNever ? Deadline.None : new Deadline(at, "models.Recognition");
        }
    }

    /// <summary>Model tasks that were started and not yet heard of to their end.</summary>
    public int JobsUnderWay => _recognitions.Count + _replies.Count + _mcp.Count;

    /// <summary>Starts a recogniser; the returned audio is to be appended to and completed.</summary>
    public UtteranceAudio BeginUtterance(BeginUtterance command) =>
        Start(command.ItemId, new RecognitionOptions(command.Language, command.Prompt, command.WantsLogprobs)).Audio;

    /// <summary>Starts a recogniser with all that it is to hear.</summary>
    public void Recognize(RecognizeItem command, Instant now)
    {
        var job = Start(command.ItemId, new RecognitionOptions(command.Language, command.Prompt, command.WantsLogprobs));
        job.Audio.Append(command.Samples.Span);
        job.Audio.Complete();
        job.GiveUpAt = now + RecognitionTimeout;
    }

    /// <summary>The utterance's audio is complete: from now on the recogniser's time is limited.</summary>
    public void AwaitTranscript(string itemId, Instant now)
    {
        if (Find(itemId) is { } job) job.GiveUpAt = now + RecognitionTimeout;
    }

    public void DiscardUtterance(string itemId)
    {
        if (Find(itemId) is { } job) End(job);
    }

    public void StartReply(ReplyRequest request)
    {
        var job = new ReplyJob(request.ResponseId, bell, logger);
        _replies.Add(job);
        starter.Start(() => job.RunAsync(pipeline, request));
    }

    public void CancelReply(string responseId)
    {
        if (FindReply(responseId) is { } job) End(job);
    }

    /// <summary>False: the command is none of MCP.</summary>
    public bool TryExecuteMcp(SessionCommand command)
    {
        switch (command)
        {
            case ListMcpTools list:
                StartMcp(list.ItemId, (connections, stop) => connections.ListToolsAsync(list.Server, stop));
                return true;
            case CallMcpTool call:
                StartMcp(call.ItemId, (connections, stop) => connections.CallToolAsync(call.Server, call.ToolName, call.Arguments, stop));
                return true;
            case CancelMcp cancel:
                if (_mcp.Find(job => job.ItemId == cancel.ItemId) is { } unwanted) End(unwanted);
                return true;
            default:
                return false;
        }
    }

    /// <summary>So many samples of the reply were played or dropped: its models may go on.</summary>
    public void Consumed(string responseId, int samples) => FindReply(responseId)?.Consumed(samples);

    /// <summary>The next thing that a model brought.</summary>
    public bool TryPollEvent(out ModelEvent brought)
    {
        bell.Answer();
        foreach (var job in _recognitions)
        {
            if (!job.Outbox.TryTake(out var update)) continue;
            if (update is not TranscriptHypothesis) Forget(job);
            brought = new ModelEvent(job.ItemId, update, null);
            return true;
        }
        foreach (var job in _replies)
        {
            if (!job.Outbox.TryTake(out var reply)) continue;
            if (reply is ReplyCompleted or ReplyFailed) Forget(job);
            brought = new ModelEvent(job.ResponseId, null, reply);
            return true;
        }
        foreach (var job in _mcp)
        {
            if (!job.Outbox.TryTake(out var outcome)) continue;
            _mcp.Remove(job);
            brought = new ModelEvent(job.ItemId, null, null, outcome);
            return true;
        }
        brought = default;
        return false;
    }

    /// <summary>Gives up one recogniser that is overdue; to be called until it says false.</summary>
    public bool TryGiveUp(Instant now, out ModelEvent failure)
    {
        foreach (var job in _recognitions)
        {
            if (job.GiveUpAt > now) continue;
            End(job);
            failure = new ModelEvent(job.ItemId, new TranscriptFailed("recognizer_timeout",
                $"The recogniser gave no transcript within {RecognitionTimeout.TotalSeconds:0} s."), null);
            return true;
        }
        failure = default;
        return false;
    }

    public void Close()
    {
        while (_recognitions.Count > 0) End(_recognitions[^1]);
        while (_replies.Count > 0) End(_replies[^1]);
        while (_mcp.Count > 0) End(_mcp[^1]);
        if (_mcpConnections is not { } connections) return;
        _mcpConnections = null;
        starter.Start(() => connections.DisposeAsync().AsTask());
    }

    private RecognitionJob Start(string itemId, RecognitionOptions options)
    {
        var job = new RecognitionJob(itemId, new UtteranceAudio(blocks), bell, logger);
        _recognitions.Add(job);
        starter.Start(() => job.RunAsync(models.Recognizer, options));
        return job;
    }

    private RecognitionJob? Find(string itemId)
    {
        foreach (var job in _recognitions)
            if (job.ItemId == itemId) return job;
        return null;
    }

    private ReplyJob? FindReply(string responseId)
    {
        foreach (var job in _replies)
            if (job.ResponseId == responseId) return job;
        return null;
    }

    private void Forget(RecognitionJob job)
    {
        _recognitions.Remove(job);
        job.Audio.Complete();
    }

    private void Forget(ReplyJob job) => _replies.Remove(job);

    private void End(RecognitionJob job)
    {
        Forget(job);
        Stop(job.Stop);
    }

    private void StartMcp(string itemId, Func<IMcpConnections, CancellationToken, Task<McpOutcome>> ask)
    {
        var connections = _mcpConnections ??= models.Mcp.Open();
        var job = new McpJob(itemId, ask, bell, logger);
        _mcp.Add(job);
        starter.Start(() => job.RunAsync(connections));
    }

    private void End(McpJob job)
    {
        _mcp.Remove(job);
        Stop(job.Stop);
    }

    private void End(ReplyJob job)
    {
        Forget(job);
        Stop(job.Stop);
    }

    /// <summary>What models hang on a cancellation runs where models run, not on the shard.</summary>
    private void Stop(Action stop) => starter.Start(() =>
    {
        stop();
        return Task.CompletedTask;
    });
}
