using Microsoft.Extensions.AI;
using Parley.Speech.Replies;

namespace Parley.Speech.Embedded.Agent;

/// <summary>
/// Finds the answer to a conversation. The agent keeps nothing between requests: it goes through the history again, turn by
/// turn, and so knows what it told, what it asked and where it was interrupted. The same history gives the same answer.
/// </summary>
internal static class Dialogue
{
    public static Answer Answer(IEnumerable<ChatMessage> messages)
    {
        var turns = Turns(messages);
        var state = new DialogueState();
        if (turns.Count == 0) return DialogueState.Greeting;
        for (var i = 0; i < turns.Count - 1; i++)
        {
            var answer = state.Answer(turns[i]);
            state.HandleHeard(answer, turns[i].Heard);
        }
        return state.Answer(turns[^1]);
    }

    /// <summary>The outcome that the last message brings for a call of that function; null when it brings none.</summary>
    public static string? OutcomeFor(string function, IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0 || messages[^1].Role != ChatRole.Tool) return null;
        var calls = messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()
            .Where(call => call.Name == function).Select(call => call.CallId).ToHashSet();
        return messages[^1].Contents.OfType<FunctionResultContent>().LastOrDefault(result => calls.Contains(result.CallId))?.Result?.ToString();
    }

    private static List<DialogueTurn> Turns(IEnumerable<ChatMessage> messages)
    {
        var turns = new List<DialogueTurn>();
        foreach (var message in messages)
        {
            if (message.Role == ChatRole.User)
            {
                turns.Add(new DialogueTurn(message.Text == ChatMessages.NotUnderstood ? null : message.Text, ""));
            }
            else if (message.Role == ChatRole.Assistant && turns.Count > 0 && message.Text.Length > 0)
            {
                var heard = turns[^1].Heard;
                turns[^1] = turns[^1] with { Heard = heard.Length == 0 ? message.Text : heard + " " + message.Text };
            }
        }
        return turns;
    }
}
