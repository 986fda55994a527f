namespace Parley.Rtc.Rtp;

/// <summary>
/// NTP-format time made from an <see cref="Instant"/>: seconds in 32.32 fixed point since the driver's clock began, not
/// wall-clock time, which pure code does not have. RFC 3550 §6.4.1 allows elapsed time; receivers use it only to give it
/// back (LSR) and to relate streams of one sender.
/// </summary>
internal static class NtpClock
{
    /// <summary>Added so that the middle 32 bits are never 0, which would say "no report". (RFC 3550 §6.4.1, LSR)</summary>
    private const ulong Offset = 1UL << 32;

    public static ulong From(Instant now)
    {
        var (seconds, ticks) = Math.DivRem((ulong)Math.Max(0, now.Ticks), (ulong)TimeSpan.TicksPerSecond);
        return (seconds << 32) + (ticks << 32) / TimeSpan.TicksPerSecond + Offset;
    }

    /// <summary>The middle 32 bits: seconds modulo 65536 in 16.16 fixed point.</summary>
    public static uint Middle(ulong ntpTime) => (uint)(ntpTime >> 16);

    /// <summary>A span in units of 1/65536 s as a <see cref="TimeSpan"/>.</summary>
    public static TimeSpan ToTimeSpan(uint compact) => new(compact * TimeSpan.TicksPerSecond >> 16);

    /// <summary>A span in units of 1/65536 s, held within 32 bits.</summary>
    public static uint FromTimeSpan(TimeSpan span) =>
        (uint)Math.Clamp((span.Ticks << 16) / TimeSpan.TicksPerSecond, 0, uint.MaxValue);
}
