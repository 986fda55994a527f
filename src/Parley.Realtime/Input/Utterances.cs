using System.Diagnostics.CodeAnalysis;
using Parley.Conversation;
using Parley.Realtime.Items;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Input;

/// <summary>
/// The utterances whose transcripts are awaited or have failed. A finished transcript lives in the conversation, and its
/// utterance is forgotten.
/// </summary>
internal sealed class Utterances(SessionContext context)
{
    private readonly Dictionary<string, Utterance> _utterances = new(StringComparer.Ordinal);

    private bool IsTold => context.Settings.TellsTranscripts;

    public Utterance Begin(TimeSpan from)
    {
        var utterance = new Utterance(context.NewItemId(), from);
        _utterances.Add(utterance.ItemId, utterance);
        var transcription = context.Settings.Transcription;
        context.Commands.Enqueue(new BeginUtterance(utterance.ItemId, from, transcription?.OnlyLanguage, transcription?.FullPrompt)
        {
            WantsLogprobs = context.Settings.IncludesLogprobs,
        });
        return utterance;
    }

    /// <summary>A turn in which nothing is said, and nothing to be recognised.</summary>
    public Utterance BeginSilent(TimeSpan from)
    {
        var utterance = new Utterance(context.NewItemId(), from) { Final = new TranscriptFinal("") };
        _utterances.Add(utterance.ItemId, utterance);
        return utterance;
    }

    /// <summary>Asks for the transcript of an item that is in the conversation already.</summary>
    public void Recognize(MessageItem item, int contentIndex, ReadOnlyMemory<short> samples)
    {
        var duration = TimeSpan.FromTicks(samples.Length * TimeSpan.TicksPerSecond / ItemAudioStore.InputRate);
        _utterances.Add(item.Id, new Utterance(item.Id, TimeSpan.Zero) { ContentIndex = contentIndex, To = duration, IsCommitted = true });
        var transcription = context.Settings.Transcription;
        context.Commands.Enqueue(new RecognizeItem(item.Id, samples, transcription?.OnlyLanguage, transcription?.FullPrompt)
        {
            WantsLogprobs = context.Settings.IncludesLogprobs,
        });
    }

    /// <summary>Asks again for the transcripts that never came, where the sound is still there.</summary>
    public void RecognizeUnderstoodByNobody()
    {
        foreach (var message in context.Log.Items.OfType<MessageItem>().Where(message => message.Role == MessageRole.User).ToArray())
        {
            var index = message.Content.ToList().FindIndex(part => part is { Kind: ContentKind.Audio, Text: null });
            if (index >= 0 && context.Audio.Find(message.Id) is { } audio) Recognize(message, index, audio.ToArray());
        }
    }

    /// <summary>More of what is said in the utterance. False: nobody knows it.</summary>
    public bool TryAddAudio(string itemId, ReadOnlySpan<short> samples)
    {
        if (!_utterances.ContainsKey(itemId) && !context.Log.TryFind(itemId, out _)) return false;
        context.Audio.Append(itemId, ItemAudioStore.InputRate, samples);
        return true;
    }

    /// <summary>Makes the item of an utterance that ends at <paramref name="to"/>. False: the conversation is full.</summary>
    public bool TryCommit(Utterance utterance, TimeSpan to)
    {
        utterance.To = to;
        var sound = new ContentPart(ContentKind.Audio, null) { AudioDuration = to - utterance.From };
        var item = new MessageItem(utterance.ItemId, MessageRole.User, [sound]);
        var previous = context.Log.LastId;
        if (context.Log.TryAppend(item) != LogStatus.Ok)
        {
            Discard(utterance.ItemId);
            return false;
        }
        utterance.IsCommitted = true;
        context.Events.InputCommitted(item.Id, previous);
        context.Events.ItemAdded(item, previous);
        context.Events.ItemDone(item, previous);
        // A recogniser may be done, or may have failed, before the turn is over. The client learns of it after the item.
        if (utterance.Final is { } final) Complete(utterance, final);
        else if (utterance.Failure is { } failure) TellFailure(utterance, failure);
        else context.Commands.Enqueue(new EndUtterance(utterance.ItemId, to));
        TellStableText(utterance);
        return true;
    }

    /// <summary>Nobody waits for this one any more. Nothing happens when it is settled already.</summary>
    public void Discard(string itemId)
    {
        if (!_utterances.Remove(itemId, out var utterance)) return;
        if (!utterance.IsCommitted) context.Audio.Remove(itemId);
        if (utterance is { Failure: null, Final: null }) context.Commands.Enqueue(new DiscardUtterance(itemId));
    }

    /// <summary>True: a transcript was settled, for good or ill, so that a reply may no longer have to wait.</summary>
    public bool HandleTranscript(string itemId, TranscriptUpdate update)
    {
        if (!TryFindPending(itemId, out var utterance))
        {
            context.Anomalies.Increment(SessionAnomaly.StaleTranscript);
            return false;
        }
        switch (update)
        {
            case TranscriptHypothesis hypothesis:
                utterance.StableText = StablePart(hypothesis);
                utterance.StableLogprobs = hypothesis.Logprobs;
                TellStableText(utterance);
                return false;
            case TranscriptFinal final:
                Complete(utterance, final);
                return true;
            case TranscriptFailed failed:
                Fail(utterance, RealtimeError.Server(failed.Code, failed.Message));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The utterance waited for too long.</summary>
    public void TimeOut(string itemId)
    {
        if (!TryFindPending(itemId, out var utterance)) return;
        Fail(utterance, RealtimeError.Server("transcription_timeout",
            "The speech recogniser did not answer in time. Check that its endpoint is reachable."));
        context.Commands.Enqueue(new DiscardUtterance(itemId));
    }

    /// <summary>It is under way, or its transcript is awaited or has failed.</summary>
    public bool IsKnown(string itemId) => _utterances.ContainsKey(itemId);

    public bool IsPending(string itemId) => TryFindPending(itemId, out _);

    /// <summary>Why this item has no transcript; null: it has one, or may still get one.</summary>
    public RealtimeError? FailureOf(string itemId) => _utterances.GetValueOrDefault(itemId)?.Failure;

    public void DiscardAll()
    {
        foreach (var id in _utterances.Keys.ToArray()) Discard(id);
    }

    private bool TryFindPending(string itemId, [NotNullWhen(true)] out Utterance? utterance) =>
        _utterances.TryGetValue(itemId, out utterance) && utterance is { Failure: null, Final: null };

    private void Complete(Utterance utterance, TranscriptFinal final)
    {
        if (!utterance.IsCommitted)
        {
            utterance.Final = final;
            return;
        }
        _utterances.Remove(utterance.ItemId);
        PutTranscript(utterance, final.Text);
        if (!IsTold) return;
        Tell(utterance, final.Text, final.Logprobs);
        context.Events.TranscriptionCompleted(utterance, final, context.Settings.IncludesLogprobs);
    }

    private void PutTranscript(Utterance utterance, string text)
    {
        if (!context.Log.TryFind(utterance.ItemId, out var item) || item is not MessageItem message) return;
        var content = message.Content.ToArray();
        content[utterance.ContentIndex] = content[utterance.ContentIndex] with { Text = text };
        context.Log.TryReplace(message with { Content = content });
    }

    private void Fail(Utterance utterance, RealtimeError error)
    {
        utterance.Failure = error;
        if (utterance.IsCommitted) TellFailure(utterance, error);
    }

    private void TellFailure(Utterance utterance, RealtimeError error)
    {
        if (IsTold) context.Events.TranscriptionFailed(utterance, error);
    }

    private void TellStableText(Utterance utterance)
    {
        if (IsTold && utterance is { IsCommitted: true, Final: null, Failure: null }) Tell(utterance, utterance.StableText, utterance.StableLogprobs);
    }

    private void Tell(Utterance utterance, string text, IReadOnlyList<TokenLogprob>? logprobs)
    {
        if (text.Length <= utterance.ToldText.Length || !text.StartsWith(utterance.ToldText, StringComparison.Ordinal)) return;
        var tokens = context.Settings.IncludesLogprobs && logprobs is not null ? logprobs.Skip(utterance.ToldTokens).ToArray() : null;
        context.Events.TranscriptionDelta(utterance, text[utterance.ToldText.Length..], tokens);
        utterance.ToldTokens += tokens?.Length ?? 0;
        utterance.ToldText = text;
    }

    private static string StablePart(TranscriptHypothesis hypothesis)
    {
        var length = Math.Clamp(hypothesis.StableLength, 0, hypothesis.Text.Length);
        if (length > 0 && char.IsHighSurrogate(hypothesis.Text[length - 1])) length--;
        return hypothesis.Text[..length];
    }
}
