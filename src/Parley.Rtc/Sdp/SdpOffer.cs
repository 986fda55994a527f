using System.Diagnostics.CodeAnalysis;

namespace Parley.Rtc.Sdp;

/// <summary>A remote offer that can be answered.</summary>
internal sealed class SdpOffer
{
    private SdpOffer(SdpDocument document, RemoteDescription remote, string[] bundle)
    {
        Document = document;
        Remote = remote;
        Bundle = bundle;
    }

    public SdpDocument Document { get; }

    public RemoteDescription Remote { get; }

    /// <summary>The mids of the answer's bundle: those that share our one transport, in the offer's order; empty when audio stands alone.</summary>
    public string[] Bundle { get; }

    /// <summary>The same offer with its data channels to be refused.</summary>
    public SdpOffer WithoutApplication() => Remote.Application is not { } application
        ? this
        : new(Document, Remote with { Application = null }, [.. Bundle.Where(mid => mid != application.Mid)]);

    public static bool TryParse(string text, [NotNullWhen(true)] out SdpOffer? offer, [NotNullWhen(false)] out SdpError? error)
    {
        offer = null;
        if (!SdpDocument.TryParse(text, out var document, out error)) return false;
        if (!TryChooseAudio(document, out var audio, out error)) return false;
        var application = ChooseApplication(document);
        var group = SdpSections.BundleOf(document, audio.Mid);
        if (application is not null && !group.Contains(application.Mid))
        {
            error = SdpError.NoBundle;
            return false;
        }
        // Without a=setup an offer is active. (RFC 4145 §4)
        if (!RemoteDescription.TryRead(document, audio, application, SdpSetup.Active, out var remote, out error)) return false;
        offer = new SdpOffer(document, remote, [.. group.Where(IsAccepted), .. group.Where(IsKept)]);
        return true;

        bool IsAccepted(string mid) => mid == audio.Mid || mid == application?.Mid;

        bool IsKept(string mid) => application is { IsOldForm: true } && !IsAccepted(mid) && HasOwnTransport(document, mid, remote);
    }

    /// <summary>
    /// A refused section leaves the bundle. (RFC 8843 §7.3.3) But aiortc does not know refusal, and waits for the transport of each section
    /// outside of the bundle. It is known by what it alone does today: data channels in the form from before RFC 8841, and a transport for
    /// each section until the answer bundles them.
    /// </summary>
    private static bool HasOwnTransport(SdpDocument document, string mid, RemoteDescription remote) =>
        document.Media.Any(media => media.Mid == mid && media.Attributes.First("ice-ufrag") is { } ufrag && ufrag != remote.IceUfrag);

    /// <summary>The first audio section that can be used; when none can, what is wrong with the first that is not rejected.</summary>
    private static bool TryChooseAudio(
        SdpDocument document, [NotNullWhen(true)] out RemoteAudio? audio, [NotNullWhen(false)] out SdpError? error)
    {
        SdpError? first = null;
        for (var i = 0; i < document.Media.Count; i++)
        {
            if (SdpSections.TryReadAudio(document, i, out audio, out var fault))
            {
                error = null;
                return true;
            }
            if (fault != SdpError.NoAudio) first ??= fault;
        }
        audio = null;
        error = first ?? SdpError.NoAudio;
        return false;
    }

    private static RemoteApplication? ChooseApplication(SdpDocument document)
    {
        for (var i = 0; i < document.Media.Count; i++)
            if (SdpSections.TryReadApplication(document, i, out var application)) return application;
        return null;
    }
}
