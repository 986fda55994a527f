namespace Parley;

/// <summary>
/// When a machine wants <c>HandleTimeout</c> to be called, and why. The reason is a constant such as
/// <c>"dtls.retransmit"</c>: every wake-up has a name.
/// </summary>
public readonly record struct Deadline(Instant At, string Reason)
{
    public static readonly Deadline None = new(Instant.Never, "none");

    public bool IsNone => At.IsNever;

    public bool IsDue(Instant now) => At <= now;

    public static Deadline Earlier(Deadline left, Deadline right) => left.At <= right.At ? left : right;
}
