using Parley.Rtc.Dtls;

namespace Parley.Transceiver;

/// <summary>
/// The certificate that new calls show. It is the same for all of them, so that it tells nothing about a call, and is made anew after a
/// while, so that a key that leaked is of no use for long. Running calls keep theirs, which is freed with the last of them. Thread-safe.
/// </summary>
/// <param name="time">Of the certificates' validity and age.</param>
/// <param name="lifetime">How long one is given to new calls; well below the year that it is valid.</param>
internal sealed class CallCertificate(TimeProvider time, TimeSpan lifetime)
{
    private readonly Lock _gate = new();
    private DtlsCertificate? _current;
    private DateTimeOffset _renewAt;

    /// <summary>For a call that begins now. Takes a millisecond when one has to be made.</summary>
    public DtlsCertificate Current
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetUtcNow();
                if (_current is not null && now < _renewAt) return _current;
                // The old one is not disposed: a call that is being set up may not have taken its native part yet.
                _current = DtlsCertificate.Create(now);
                _renewAt = now + lifetime;
                return _current;
            }
        }
    }
}
