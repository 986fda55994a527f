namespace Parley.Conversation;

/// <summary>How long a reasoning model thinks before it answers.</summary>
public enum ReasoningEffort { Minimal, Low, Medium, High, ExtraHigh }
