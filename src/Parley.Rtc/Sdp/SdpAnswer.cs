using System.Diagnostics.CodeAnalysis;

namespace Parley.Rtc.Sdp;

/// <summary>A remote answer to the offer that <see cref="SdpWriter.WriteOffer"/> makes: audio first, application second.</summary>
internal static class SdpAnswer
{
    public static bool TryParse(string text, [NotNullWhen(true)] out RemoteDescription? remote, [NotNullWhen(false)] out SdpError? error)
    {
        remote = null;
        if (!SdpDocument.TryParse(text, out var document, out error)) return false;
        // An answer has as many sections as the offer, in the same order. (RFC 3264 §6)
        if (document.Media.Count != 2 || document.Media[0].Kind != "audio" || document.Media[1].Kind != "application")
        {
            error = SdpError.AnswerMismatch;
            return false;
        }
        if (!SdpSections.TryReadAudio(document, 0, out var audio, out error)) return false;
        SdpSections.TryReadApplication(document, 1, out var application);
        if (application is not null && !SdpSections.BundleOf(document, audio.Mid).Contains(application.Mid))
        {
            error = SdpError.NoBundle;
            return false;
        }
        // Without a=setup an answer is passive. (RFC 4145 §4)
        if (!RemoteDescription.TryRead(document, audio, application, SdpSetup.Passive, out remote, out error)) return false;
        if (remote.Setup != SdpSetup.ActPass) return true;
        remote = null;
        error = SdpError.BadSetup;
        return false;
    }
}
