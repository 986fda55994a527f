namespace Parley.Hosting.Configuration;

/// <summary>What a node of a fleet does.</summary>
public enum NodeRole
{
    /// <summary>Answers HTTP: what is for calls of other nodes is passed on to these.</summary>
    Api,

    /// <summary>Has calls.</summary>
    Transceiver,
}
