using Parley.Conversation;

namespace Parley.Realtime.Replies;

/// <summary>
/// What was said aloud and how much of it was heard. Follows the audio on its way out, and cuts items back to what was heard
/// when the rest is dropped. Where the client owns the playout it says itself how much was heard.
/// </summary>
internal sealed class SpokenItems(SessionContext context)
{
    private readonly List<Response> _playing = [];
    private readonly Dictionary<string, Response> _byItem = new(StringComparer.Ordinal);

    /// <summary>Items that were spoken before the session was taken up again.</summary>
    private readonly Dictionary<string, EarlierReply> _earlier = new(StringComparer.Ordinal);
    private readonly ClientPlayback _clientPlayback = new();
    private bool _isAudible;

    /// <summary>Audio that the server plays is being heard, or waits to be.</summary>
    public bool HasAudioLeft => _playing.Count > 0;

    /// <summary>When the client will have played all that it got to play itself.</summary>
    public Instant ClientSilentAt => _clientPlayback.EndsAt;

    /// <summary>The assistant has spoken in this session.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>The response has brought its first audio.</summary>
    public void Add(Response response)
    {
        HasSpoken = true;
        if (response.Playout != PlayoutState.AtClient) _playing.Add(response);
        if (!response.Options.IsOutOfBand) _byItem.Add(response.Message!.Id, response);
    }

    /// <summary>The client got audio that it plays itself.</summary>
    public void HandleSent(TimeSpan duration, Instant now) => _clientPlayback.Add(duration, now);

    /// <summary>The agent is being heard now.</summary>
    public bool IsAudibleAt(Instant now) => _isAudible || now < _clientPlayback.EndsAt;

    /// <summary>Null: no audio of this response is left. Otherwise the response, which now plays if it did not before.</summary>
    public Response? HandlePlayout(string responseId, PlayoutUpdate update)
    {
        if (Find(responseId) is not { } response) return null;
        if (update.Kind == PlayoutKind.Drained)
        {
            HandleDrained(response);
            return response;
        }
        if (response.Playout == PlayoutState.Queued) context.Events.OutputBufferStarted(response.Id);
        response.Playout = PlayoutState.Playing;
        response.Ledger.HandlePlayed(update.Played);
        NoteAudible();
        return response;
    }

    /// <summary>For each frame of sound, so it allocates nothing.</summary>
    private Response? Find(string responseId)
    {
        foreach (var response in _playing)
            if (response.Id == responseId) return response;
        return null;
    }

    /// <summary>The response ended. If its audio has all been sent by now, nothing more is heard of it.</summary>
    public void HandleResponseDone(Response response)
    {
        if (response.Playout == PlayoutState.RanDry) Finish(response);
        if (response.CutAt is not { } audioEnd || !_byItem.ContainsKey(response.Message!.Id)) return;
        if (IsHeardToItsEnd(response, audioEnd)) context.Events.ItemTruncated(response.Message.Id, audioEnd);
        else Truncate(response, audioEnd);
    }

    /// <summary>Silences everything: what was not heard is dropped from the conversation. A client that plays itself falls silent, too.</summary>
    public void ClearAll(Instant now)
    {
        _clientPlayback.Stop(now);
        foreach (var response in _playing)
        {
            context.Commands.Enqueue(new ClearPlayout(response.Id));
            var wasHeard = response.Playout != PlayoutState.Queued;
            response.Playout = PlayoutState.Over;
            if (wasHeard) context.Events.OutputBufferCleared(response.Id);
            Truncate(response, response.Ledger.Played);
        }
        _playing.Clear();
        NoteAudible();
    }

    /// <summary>Length of the item's audio; null: it has none.</summary>
    public TimeSpan? AudioDurationOf(string itemId) => (_byItem.GetValueOrDefault(itemId)?.Ledger ?? _earlier.GetValueOrDefault(itemId)?.Ledger)?.AudioDuration;

    /// <summary>The client cuts an item back to what is heard in the first <paramref name="audioEnd"/> of its audio.</summary>
    public void Truncate(string itemId, TimeSpan audioEnd, Instant now)
    {
        if (_earlier.TryGetValue(itemId, out var earlier)) TruncateEarlier(itemId, earlier, audioEnd);
        if (!_byItem.TryGetValue(itemId, out var response)) return;
        // A client asks for this when it has stopped playing.
        if (response.Playout == PlayoutState.AtClient) _clientPlayback.Stop(now);
        // Clients may say this before they cancel the response: it is cut when it is done.
        if (response.IsActive) response.CutAt = response.CutAt is { } before && before < audioEnd ? before : audioEnd;
        else if (IsHeardToItsEnd(response, audioEnd)) context.Events.ItemTruncated(itemId, audioEnd);
        else Truncate(response, audioEnd);
    }

    /// <summary>What was spoken before this session was taken up again.</summary>
    public void Restore(IReadOnlyList<SpokenReply> replies, bool hasSpoken)
    {
        HasSpoken = hasSpoken;
        foreach (var reply in replies) _earlier[reply.ItemId] = new EarlierReply(new HeardLedger(reply.AudioDuration, reply.Marks), reply.IsWhole);
    }

    /// <summary>The opposite: what the next connection has to know. Replies in the making are left out: nothing of them counts as heard.</summary>
    public IReadOnlyList<SpokenReply> Describe() => [.. context.Log.Items.OfType<MessageItem>().Select(Describe).OfType<SpokenReply>()];

    /// <summary>The client that plays the audio itself is gone: the last <paramref name="unheard"/> of it was not heard.</summary>
    public void CutUnheard(TimeSpan unheard)
    {
        for (var i = context.Log.Items.Count - 1; i >= 0 && unheard > TimeSpan.Zero; i--)
        {
            if (!_byItem.TryGetValue(context.Log.Items[i].Id, out var response) || response.Playout != PlayoutState.AtClient) continue;
            var duration = response.Ledger.AudioDuration;
            Truncate(response, duration > unheard ? duration - unheard : TimeSpan.Zero);
            unheard -= duration;
        }
    }

    /// <summary>The client deleted the item.</summary>
    public void Forget(string itemId)
    {
        _byItem.Remove(itemId);
        _earlier.Remove(itemId);
    }

    private void HandleDrained(Response response)
    {
        if (response.Playout == PlayoutState.Queued) context.Events.OutputBufferStarted(response.Id);
        response.Ledger.HandlePlayed(response.Ledger.AudioDuration);
        response.Playout = PlayoutState.RanDry;
        if (!response.IsActive) Finish(response);
        NoteAudible();
    }

    private void Finish(Response response)
    {
        response.Playout = PlayoutState.Over;
        _playing.Remove(response);
        context.Events.OutputBufferStopped(response.Id);
        // A response that was cut short may have more text than voice.
        if (!response.IsWhole) Truncate(response, response.Ledger.Played);
        NoteAudible();
    }

    private void Truncate(Response response, TimeSpan audioEnd)
    {
        var item = response.Message!;
        // A client may have deleted the item, and given its id to another.
        if (_byItem.GetValueOrDefault(item.Id) != response || IsHeardToItsEnd(response, audioEnd)) return;
        Replace(item, response.Ledger.HeardText(response.Text.ToString(), audioEnd, response.IsWhole), audioEnd);
    }

    private void TruncateEarlier(string itemId, EarlierReply reply, TimeSpan audioEnd)
    {
        if (!context.Log.TryFind(itemId, out var logged) || logged is not MessageItem item) return;
        if (reply.IsWhole && audioEnd >= reply.Ledger.AudioDuration) context.Events.ItemTruncated(itemId, audioEnd);
        else Replace(item, reply.Ledger.HeardText(item.Text, audioEnd, reply.IsWhole), audioEnd);
    }

    private void Replace(MessageItem item, string heard, TimeSpan audioEnd)
    {
        // A second cut can only take more away.
        if (context.Log.TryFind(item.Id, out var logged) && logged is MessageItem { Text: var kept } && kept.Length < heard.Length) heard = kept;
        var cut = item with { Content = [new ContentPart(ContentKind.Audio, heard) { AudioDuration = audioEnd }], Status = ItemStatus.Incomplete };
        context.Audio.Cut(item.Id, audioEnd);
        if (context.Log.TryReplace(cut)) context.Events.ItemTruncated(item.Id, audioEnd);
    }

    private static bool IsHeardToItsEnd(Response response, TimeSpan audioEnd) =>
        response.IsWhole && audioEnd >= response.Ledger.AudioDuration;

    private SpokenReply? Describe(MessageItem item)
    {
        if (_earlier.TryGetValue(item.Id, out var earlier)) return Describe(item, earlier.Ledger, earlier.IsWhole);
        return _byItem.TryGetValue(item.Id, out var response) && !response.IsActive ? Describe(item, response.Ledger, response.IsWhole) : null;
    }

    private static SpokenReply Describe(MessageItem item, HeardLedger ledger, bool isWhole)
    {
        var isCut = item.Content is [var part] && part.AudioDuration < ledger.AudioDuration;
        return new SpokenReply(item.Id, isCut ? item.Content[0].AudioDuration : ledger.AudioDuration, isWhole && !isCut, [.. ledger.Marks]);
    }

    private void NoteAudible() => _isAudible = _playing.Exists(response => response.Playout == PlayoutState.Playing);

    private sealed record EarlierReply(HeardLedger Ledger, bool IsWhole);
}
