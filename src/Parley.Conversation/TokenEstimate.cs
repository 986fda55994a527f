using System.Text;

namespace Parley.Conversation;

/// <summary>
/// How many tokens something takes, about: four bytes of UTF-8 a token, and four tokens around each item. For what must be decided
/// before a model has counted, and for models that do not count.
/// </summary>
public static class TokenEstimate
{
    private const int BytesPerToken = 4;
    private const int TokensAroundItem = 4;

    /// <summary>A picture of about a megapixel.</summary>
    private const int TokensPerImage = 1_000;

    public static int OfText(string text) => OfBytes(Encoding.UTF8.GetByteCount(text));

    /// <summary>Of what a chat model sees of the item: its words, not its sound.</summary>
    public static int OfItem(ConversationItem item) => TokensAroundItem + item switch
    {
        MessageItem message => OfText(message.Text) + TokensPerImage * message.Content.Count(part => part.Kind == ContentKind.Image),
        ToolCallItem call => OfText(call.Name) + OfText(call.Arguments),
        ToolOutputItem output => OfText(output.Output),
        _ => 0,
    };

    public static int OfTool(FunctionTool tool) =>
        TokensAroundItem + OfText(tool.Name) + OfText(tool.Description) + OfText(tool.ParametersJson);

    /// <summary>As the Realtime API counts speech: ten tokens a second of the user's, twenty of the assistant's.</summary>
    public static int OfAudio(ConversationItem item) => item is MessageItem message
        ? OfAudio(message.Role, message.Content.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.AudioDuration))
        : 0;

    public static int OfAudio(MessageRole role, TimeSpan duration) =>
        (int)Math.Ceiling(duration.TotalSeconds * (role == MessageRole.Assistant ? 20 : 10));

    private static int OfBytes(int bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;
}
