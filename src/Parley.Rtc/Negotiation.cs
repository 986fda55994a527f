using Parley.Rtc.Dtls;
using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>
/// Where the offers and answers of one peer stand, and what another one in mid-call may not change: the DTLS connection goes on, and so
/// certificate and DTLS roles stay. (RFC 3264 §8, RFC 8842 §5.5, RFC 8829 §5.2.2)
/// </summary>
internal sealed class Negotiation(bool isOfferer, IRandomSource random)
{
    /// <summary>The o= line's session id: 63 bits, so that no reader takes it for negative. (RFC 8829 §5.2.1)</summary>
    public ulong SessionId { get; } = random.NextUInt64() >> 1;

    /// <summary>The o= line's version: each description that we make has its own.</summary>
    public uint Version { get; private set; } = FirstVersion;

    public bool IsOfferer { get; } = isOfferer;

    public DtlsRole Role { get; set; }

    /// <summary>An offer of ours has no answer yet.</summary>
    public bool AwaitsAnswer { get; private set; } = isOfferer;

    public void BeginAgain()
    {
        Version++;
        AwaitsAnswer = IsOfferer;
    }

    public void HandleAnswered() => AwaitsAnswer = false;

    /// <summary>What forbids to go on with the same connection; null when nothing does.</summary>
    public SdpError? Judge(RemoteDescription before, RemoteDescription after)
    {
        if (!after.Fingerprint.Equals(before.Fingerprint)) return SdpError.FingerprintChanged;
        // The remote would have to take our own role. actpass leaves it as it is. (RFC 8842 §5.5)
        if (after.Setup == OwnSetup) return SdpError.SetupChanged;
        // Sections keep their places. (RFC 3264 §8)
        return after.Audio.Index == before.Audio.Index && after.Audio.Mid == before.Audio.Mid ? null : SdpError.SectionsChanged;
    }

    /// <summary>How an answer says our role.</summary>
    public SdpSetup OwnSetup => Role == DtlsRole.Client ? SdpSetup.Active : SdpSetup.Passive;

    private const uint FirstVersion = 2;
}
