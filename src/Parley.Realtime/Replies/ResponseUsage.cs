using Parley.Conversation;

namespace Parley.Realtime.Replies;

/// <summary>
/// The <c>usage</c> of a response. The text is what the chat model counted; it reads and writes words only, so the speech on both
/// sides is counted beside it, by its length, as the Realtime API does.
/// </summary>
internal readonly record struct ResponseUsage(int InputText, int InputAudio, int CachedInputText, int OutputText, int OutputAudio)
{
    public int Input => InputText + InputAudio;

    public int Output => OutputText + OutputAudio;

    /// <param name="counted">Null: the response ended before the model could count, so that its text is estimated.</param>
    public static ResponseUsage Of(ReplyRequest request, Response response, ReplyUsage? counted)
    {
        var input = counted?.InputTokens ?? TokenEstimate.OfText(request.Instructions)
            + request.Tools.Sum(TokenEstimate.OfTool) + request.History.Sum(TokenEstimate.OfItem);
        var output = counted?.OutputTokens ?? response.Output.Sum(item => item is MessageItem ? 0 : TokenEstimate.OfItem(item))
            + TokenEstimate.OfText(response.Text.ToString());
        return new ResponseUsage(input, request.History.Sum(TokenEstimate.OfAudio), Math.Min(counted?.CachedInputTokens ?? 0, input),
            output, TokenEstimate.OfAudio(MessageRole.Assistant, response.Ledger.AudioDuration));
    }
}
