using Parley.Conversation;

namespace Parley.Realtime.Replies;

/// <summary>
/// Turns what a reply says into the message of its response, in the conversation and as events. A response has one message,
/// which stays open until the response ends. Its calls are made by <see cref="ToolCalls"/>.
/// </summary>
internal sealed class ResponseOutput(SessionContext context)
{
    /// <summary>A model that says more than this has run away.</summary>
    public const int MaxTextLength = 200_000;

    private const int SamplesPerSecond = 24_000;

    /// <summary>One event holds at most a second, so that no event is long.</summary>
    private const int MaxDeltaSamples = SamplesPerSecond;

    /// <summary>False: there is no room for it.</summary>
    public bool TryAddText(Response response, string delta)
    {
        if (delta.Length == 0) return true;
        if (response.Text.Length + delta.Length > MaxTextLength || !TryOpenMessage(response)) return false;
        response.Text.Append(delta);
        // Where the server plays the reply, its words are told from when its voice is heard, as clients expect of the order of events.
        if (!response.Options.Settings.IsSpoken || !OwnsPlayout || response.Playout is not (PlayoutState.None or PlayoutState.Queued)) TellText(response);
        return true;
    }

    /// <summary>False: there is no room for it.</summary>
    public bool TryAddAudio(Response response, ReadOnlySpan<short> samples)
    {
        if (samples.Length == 0 || !response.Options.Settings.IsSpoken) return true;
        if (!TryOpenMessage(response)) return false;
        response.Ledger.AddAudio(Duration(samples.Length));
        if (response.Playout == PlayoutState.None) response.Playout = OwnsPlayout ? PlayoutState.Queued : PlayoutState.AtClient;
        if (!OwnsPlayout) TellAudio(response, samples);
        return true;
    }

    public static TimeSpan Duration(int samples) => TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / SamplesPerSecond);

    /// <summary>Tells the client the words that it was not told yet. Half a surrogate pair waits for its other half.</summary>
    public void TellText(Response response)
    {
        var end = response.Text.Length;
        if (end > 0 && char.IsHighSurrogate(response.Text[end - 1])) end--;
        if (end <= response.ToldLength) return;
        var delta = response.Text.ToString(response.ToldLength, end - response.ToldLength);
        response.ToldLength = end;
        context.Events.TextDelta(response.MessagePlace, response.Options.Settings.IsSpoken, delta);
    }

    /// <summary>Ends the message. What was generated but never told is dropped when the response did not end well.</summary>
    public void CloseMessage(Response response, ItemStatus status)
    {
        if (response.MessageIndex < 0) return;
        if (status == ItemStatus.Completed || response.Status == ResponseStatus.Incomplete) TellText(response);
        // Half a surrogate pair whose other half never came is no text either.
        response.Text.Length = response.ToldLength;

        var text = response.Text.ToString();
        var isSpoken = response.Options.Settings.IsSpoken;
        var place = response.MessagePlace;
        var item = response.Message! with { Content = [new ContentPart(Kind(response), text) { AudioDuration = response.Ledger.AudioDuration }], Status = status };
        response.Output[response.MessageIndex] = item;
        if (response.IsWhole) FinishAudio(response);
        if (isSpoken) context.Events.OutputAudioDone(place);
        context.Events.TextDone(place, isSpoken, text);
        context.Events.ContentPartDone(place, isSpoken, text);
        context.Events.OutputItemDone(response.Id, place.OutputIndex, item);
        if (response.Options.IsOutOfBand || !context.Log.TryFinish(item)) return;
        context.Events.ItemDone(item, context.Log.PreviousId(item.Id));
    }

    private bool OwnsPlayout => context.Config.AudioPath == AudioPath.Media;

    private void TellAudio(Response response, ReadOnlySpan<short> samples)
    {
        response.Encoder ??= new OutputEncoder(response.Options.Settings.OutputFormat);
        while (samples.Length > 0)
        {
            var length = Math.Min(samples.Length, MaxDeltaSamples);
            TellAudio(response, response.Encoder.Encode(samples[..length]));
            samples = samples[length..];
        }
    }

    private void FinishAudio(Response response)
    {
        if (response.Encoder is not { } encoder) return;
        response.Ledger.AddAudio(Duration(encoder.Lag));
        TellAudio(response, encoder.Finish());
    }

    private void TellAudio(Response response, ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length > 0) context.Events.OutputAudioDelta(response.MessagePlace, encoded);
    }

    private bool TryOpenMessage(Response response)
    {
        if (response.MessageIndex >= 0) return true;
        var item = new MessageItem(context.NewItemId(), MessageRole.Assistant, []) { Status = ItemStatus.InProgress };
        var previous = context.Log.LastId;
        if (!response.Options.IsOutOfBand && context.Log.TryAppend(item) != LogStatus.Ok) return false;
        response.MessageIndex = response.Output.Count;
        response.Output.Add(item);
        context.Events.OutputItemAdded(response.Id, response.MessageIndex, item);
        if (!response.Options.IsOutOfBand) context.Events.ItemAdded(item, previous);
        context.Events.ContentPartAdded(response.MessagePlace, response.Options.Settings.IsSpoken);
        return true;
    }

    private static ContentKind Kind(Response response) => response.Options.Settings.IsSpoken ? ContentKind.Audio : ContentKind.Text;
}
