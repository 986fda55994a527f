namespace Parley.Net.Routes;

/// <summary>What came of opening a route.</summary>
public enum RouteStatus
{
    Ok,

    /// <summary>Not the length, the alphabet or the version of a sealed route.</summary>
    Malformed,

    /// <summary>Sealed with a key that this ring does not have, or has retired.</summary>
    UnknownKey,

    /// <summary>The seal does not hold: forged, changed, or of another ring whose key has the same id.</summary>
    NotAuthentic,

    /// <summary>The seal holds; its time is over.</summary>
    Expired,
}
