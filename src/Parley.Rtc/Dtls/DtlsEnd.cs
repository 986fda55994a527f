namespace Parley.Rtc.Dtls;

/// <summary>How an association is to end.</summary>
/// <param name="Failure"><see cref="DtlsFailure.None"/>: by the peer's close_notify.</param>
/// <param name="Detail">A text fit for logs; null when there is nothing to say.</param>
internal readonly record struct DtlsEnd(DtlsFailure Failure, string? Detail = null)
{
    public static readonly DtlsEnd ClosedByPeer = new(DtlsFailure.None);
}
