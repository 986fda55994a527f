using Parley.Conversation;
using Parley.Realtime.Input;
using Parley.Realtime.Mcp;
using Parley.Realtime.Items;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Replies;

/// <summary>
/// The responses of a session: at most one for the conversation, a few out of band. Each one that is created is done exactly
/// once; what comes for one that is done is ignored and counted.
/// </summary>
internal sealed class Responses(SessionContext context, Utterances utterances, SpokenItems spoken, McpListings listings, McpCalls mcpCalls)
{
    private const int MaxOutOfBand = 4;

    private readonly List<Response> _active = [];
    private readonly ResponseOutput _output = new(context);
    private readonly ToolCalls _calls = new(context);
    private readonly ReplyRequests _requests = new(context, listings);

    public bool IsAnyActive => _active.Count > 0;

    /// <summary>At least one response has been made.</summary>
    public bool HasAnyEnded { get; private set; }

    /// <summary>When a response stops waiting for transcripts.</summary>
    public Deadline NextDeadline { get; private set; } = Deadline.None;

    /// <summary>Null when the response was created; otherwise why not.</summary>
    public RealtimeError? Create(ResponseOptions options, Instant now)
    {
        if (!options.IsOutOfBand && DefaultActive is { } active)
            return RealtimeError.Invalid("conversation_already_has_active_response",
                $"Conversation already has an active response in progress: {active.Id}. Wait until it is done, or cancel it.");
        if (_active.Count(response => response.Options.IsOutOfBand) >= MaxOutOfBand && options.IsOutOfBand)
            return RealtimeError.Invalid("too_many_responses", $"At most {MaxOutOfBand} responses outside the conversation may run at once.");

        var response = new Response(context.Ids.Next("resp_"), options) { WaitsUntil = now + context.Config.TranscriptTimeout };
        _active.Add(response);
        context.Events.ResponseCreated(response, context.ConversationId);
        context.Events.RateLimitsUpdated(context.Config.RateLimits?.HandleResponse() ?? []);
        if (options.HasOwnTools) listings.Begin(options.Settings.McpTools);
        StartWhenReady(response);
        NoteDeadline();
        return null;
    }

    /// <summary>The client deleted the item.</summary>
    public void Forget(string itemId)
    {
        _requests.Forget(itemId);
        StartReady();
    }

    /// <summary>A transcript was settled, the tools of a server are known, or an item is gone: start what has no more to wait for.</summary>
    public void StartReady()
    {
        foreach (var response in Waiting()) StartWhenReady(response);
        NoteDeadline();
    }

    public void HandleTimeout(Instant now)
    {
        foreach (var response in Waiting().Where(response => response.WaitsUntil <= now))
        {
            response.AwaitsTools = false;
            foreach (var id in AwaitedBy(response).ToArray()) utterances.TimeOut(id);
        }
        StartReady();
    }

    /// <summary>False: the response is over, and nothing that it brings may be heard.</summary>
    public bool HandleReply(string responseId, ReplyEvent reply, Instant now)
    {
        var response = _active.Find(candidate => candidate.Id == responseId && candidate.Status == ResponseStatus.Generating);
        if (response is null)
        {
            context.Anomalies.Increment(SessionAnomaly.StaleReply);
            return false;
        }
        switch (reply)
        {
            case ReplyText text:
                return _output.TryAddText(response, text.Delta) || GiveUp(response);
            case ReplyAudio audio:
                return TryAddAudio(response, audio.Samples, now) || GiveUp(response);
            case ReplyMark mark:
                response.Ledger.AddMark(mark.Position, mark.TextLength);
                return true;
            case ReplyToolCallDelta delta:
                return _calls.TryAddDelta(response, delta) || GiveUp(response);
            case ReplyToolCall call:
                return _calls.TryAdd(response, call) || GiveUp(response);
            case ReplyToolCallDropped dropped:
                _calls.Drop(response, dropped.CallId);
                return true;
            case ReplyCompleted completed:
                response.Limit = completed.Limit;
                response.Usage = ResponseUsage.Of(response.Request!, response, completed.Usage);
                Finish(response, completed.Limit == ReplyLimit.None ? ResponseStatus.Completed : ResponseStatus.Incomplete);
                return true;
            case ReplyFailed failed:
                Fail(response, RealtimeError.Server(failed.Code, failed.Message));
                return true;
            default:
                return true;
        }
    }

    public void HandlePlayout(string responseId, PlayoutUpdate update)
    {
        if (spoken.HandlePlayout(responseId, update) is not { } response) context.Anomalies.Increment(SessionAnomaly.StalePlayout);
        else if (response.IsActive) _output.TellText(response);
    }

    /// <summary>Stops making the response with this id, or the conversation's own when it is null. What it has said so far plays on.</summary>
    /// <returns>False: there is none.</returns>
    public bool TryCancel(string? responseId, CancelReason reason)
    {
        var response = responseId is null ? DefaultActive : _active.Find(candidate => candidate.Id == responseId);
        if (response is null) return false;
        Cancel(response, reason);
        return true;
    }

    /// <summary>The user takes the turn: the conversation's response is cancelled, everything that sounds falls silent.</summary>
    public void Interrupt(CancelReason reason, Instant now)
    {
        foreach (var response in _active.Where(response => !response.Options.IsOutOfBand || response.HasAudioLeft).ToArray())
            Cancel(response, reason);
        spoken.ClearAll(now);
    }

    /// <summary>Silences what is heard, and ends the spoken responses that it comes from.</summary>
    public void ClearPlayout(Instant now)
    {
        foreach (var response in _active.Where(response => response.Options.Settings.IsSpoken).ToArray())
            Cancel(response, CancelReason.ClientCancelled);
        spoken.ClearAll(now);
    }

    /// <summary>The session ends with this error, and with it every response.</summary>
    public void FailAll(RealtimeError error, Instant now)
    {
        foreach (var response in _active.ToArray())
        {
            StopGenerating(response);
            response.Error = error;
            Finish(response, ResponseStatus.Failed);
        }
        spoken.ClearAll(now);
    }

    private bool TryAddAudio(Response response, ReadOnlyMemory<short> samples, Instant now)
    {
        var isFirst = response.Playout == PlayoutState.None;
        if (!_output.TryAddAudio(response, samples.Span)) return false;
        if (response is { Options.IsOutOfBand: false, Playout: not PlayoutState.None })
            context.Audio.Append(response.Message!.Id, ItemAudioStore.OutputRate, samples.Span);
        if (isFirst && response.Playout != PlayoutState.None) spoken.Add(response);
        if (response.Playout == PlayoutState.AtClient) spoken.HandleSent(ResponseOutput.Duration(samples.Length), now);
        return true;
    }

    private Response? DefaultActive => _active.Find(response => !response.Options.IsOutOfBand);

    private Response[] Waiting() => [.. _active.Where(response => response.Status == ResponseStatus.Waiting)];

    private IReadOnlyList<ConversationItem> ItemsFor(Response response) => response.Options.Input ?? context.Log.Items;

    private IEnumerable<string> AwaitedBy(Response response) =>
        ItemsFor(response).Select(item => item.Id).Where(utterances.IsPending);

    private void StartWhenReady(Response response)
    {
        if (AwaitedBy(response).Any() || (response.AwaitsTools && response.Options.Settings.McpTools.Any(listings.IsPending))) return;
        if (FailureOfNewestUtterance(response) is { } failure)
        {
            Fail(response, failure);
            return;
        }
        if (!_requests.TryMake(response, out var error))
        {
            Fail(response, error);
            return;
        }
        response.Status = ResponseStatus.Generating;
        context.Commands.Enqueue(new StartReply(response.Request!));
    }

    /// <summary>An older utterance that was lost need not keep the model from answering a newer one.</summary>
    private RealtimeError? FailureOfNewestUtterance(Response response) =>
        ItemsFor(response).LastOrDefault(item => item is MessageItem { Role: MessageRole.User }) is { } newest
            ? utterances.FailureOf(newest.Id)
            : null;

    private void Cancel(Response response, CancelReason reason)
    {
        StopGenerating(response);
        response.CancelReason = reason;
        Finish(response, ResponseStatus.Cancelled);
    }

    private void StopGenerating(Response response)
    {
        if (response.Status == ResponseStatus.Generating) context.Commands.Enqueue(new CancelReply(response.Id));
    }

    private bool GiveUp(Response response)
    {
        StopGenerating(response);
        Fail(response, RealtimeError.Server("conversation_full", "The reply does not fit into the conversation any more."));
        return false;
    }

    private void Fail(Response response, RealtimeError error)
    {
        response.Error = error;
        Finish(response, ResponseStatus.Failed);
        context.Events.Error(error, clientEventId: null);
    }

    private void Finish(Response response, ResponseStatus status)
    {
        response.Status = status;
        HasAnyEnded = true;
        _active.Remove(response);
        _calls.CloseAll(response);
        _output.CloseMessage(response, status == ResponseStatus.Completed ? ItemStatus.Completed : ItemStatus.Incomplete);
        if (status == ResponseStatus.Completed) mcpCalls.Begin(response);
        if (response.Request is { } request) response.Usage ??= ResponseUsage.Of(request, response, counted: null);
        if (response.Usage is { } usage) context.Config.RateLimits?.HandleUsage(usage.Input + usage.Output);
        context.Events.ResponseDone(response, context.ConversationId);
        response.Release();
        spoken.HandleResponseDone(response);
        NoteDeadline();
    }

    private void NoteDeadline()
    {
        var earliest = Instant.Never;
        foreach (var response in _active)
            if (response.Status == ResponseStatus.Waiting) earliest = Instant.Earlier(earliest, response.WaitsUntil);
        NextDeadline = earliest.IsNever ? Deadline.None : new Deadline(earliest, "session.Transcripts");
    }
}
