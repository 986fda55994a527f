namespace Parley.Speech.Embedded.Agent;

/// <summary>One thing that the user said and what was heard of the answer to it.</summary>
/// <param name="User">The words; null where speech was heard but not understood.</param>
/// <param name="Heard">The assistant's words as far as they were played; empty for a turn without an answer, and for the last.</param>
internal sealed record DialogueTurn(string? User, string Heard);
