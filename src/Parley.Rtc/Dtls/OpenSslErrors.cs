using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Parley.Rtc.Dtls;

/// <summary>OpenSSL's error queue, which is per thread: emptied before each operation and after each failure.</summary>
internal static unsafe class OpenSslErrors
{
    /// <summary>Reasons from here on are alerts received, plus their number. (SSL_AD_REASON_OFFSET)</summary>
    private const int FirstAlertReason = 1000;

    private const int FirstReasonNotAlert = FirstAlertReason + 256;

    /// <summary>Takes everything from the queue; the first error is the cause.</summary>
    /// <param name="isAlert">Whether it is a fatal alert that the peer sent.</param>
    /// <returns>OpenSSL's words for it, a constant text.</returns>
    public static string Drain(out bool isAlert)
    {
        var first = OpenSsl.ERR_get_error();
        OpenSsl.ERR_clear_error();
        var reason = (int)(first & 0x7F_FFFF);
        isAlert = reason is >= FirstAlertReason and < FirstReasonNotAlert;
        if (first == 0) return "unknown error";
        return Marshal.PtrToStringUTF8((nint)OpenSsl.ERR_reason_error_string(first)) ?? $"error {first:X}";
    }

    public static CryptographicException ToException(string what) => new($"OpenSSL: {what}: {Drain(out _)}");
}
