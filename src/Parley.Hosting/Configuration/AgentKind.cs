namespace Parley.Hosting.Configuration;

/// <summary>Who answers calls.</summary>
public enum AgentKind
{
    /// <summary>The configured models: a conversation.</summary>
    Models,

    /// <summary>Nobody: audio and messages go back as they came.</summary>
    Echo,
}
