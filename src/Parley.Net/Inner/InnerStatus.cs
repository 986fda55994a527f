namespace Parley.Net.Inner;

/// <summary>What came of reading an inner datagram; also what is counted.</summary>
public enum InnerStatus
{
    Ok,

    /// <summary>Shorter than its header, or than its tag.</summary>
    TooShort,

    /// <summary>Another protocol, another version, or flags that this version does not know.</summary>
    UnknownVersion,

    /// <summary>It goes the other way: sent back by somebody, or a relay that is wired to a relay.</summary>
    WrongDirection,

    /// <summary>A tag is asked for, and there is none.</summary>
    NotTagged,

    /// <summary>Tagged with a key that this ring does not have, or has retired.</summary>
    UnknownKey,

    /// <summary>The tag does not hold.</summary>
    NotAuthentic,

    /// <summary>A record that does not fit; those before it are good.</summary>
    Malformed,
}
