namespace Parley.Rtc.Ice;

/// <summary>What an agent begins as. Between two full agents a role conflict may change who controls. (RFC 8445 §6.1.1)</summary>
internal enum IceMode
{
    /// <summary>Answers checks and sends none; always controlled. (RFC 8445 §2.5)</summary>
    Lite,

    /// <summary>Checks the remote's candidates and takes the pair that the remote nominates.</summary>
    Controlled,

    /// <summary>Checks the remote's candidates and nominates.</summary>
    Controlling,
}
