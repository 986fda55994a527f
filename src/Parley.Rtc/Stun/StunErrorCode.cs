namespace Parley.Rtc.Stun;

/// <summary>Error codes. (RFC 8489 §14.8, RFC 8445 §16.2)</summary>
internal enum StunErrorCode
{
    BadRequest = 400,
    Unauthenticated = 401,
    UnknownAttribute = 420,
    RoleConflict = 487,
}
