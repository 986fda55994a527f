using System.Diagnostics.CodeAnalysis;
using System.Text;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;

namespace Parley.Hosting;

/// <summary>A partial <c>session</c> object as a client wrote it, which overrides field by field what was before.</summary>
/// <param name="Json">JSON text.</param>
internal sealed record SessionLayer(string Json, SessionForm Form = SessionForm.Current)
{
    public bool TryApply(SessionSettings settings, out SessionSettings applied, [NotNullWhen(false)] out RealtimeError? error)
    {
        var utf8 = Encoding.UTF8.GetBytes(Json);
        return Form switch
        {
            SessionForm.Beta => settings.TryApplyBeta(utf8, out applied, out error),
            SessionForm.BetaTranscription => (settings with { Kind = SessionKind.Transcription }).TryApplyBeta(utf8, out applied, out error),
            _ => settings.TryApply(utf8, out applied, out error),
        };
    }
}

/// <summary>The shapes of a <c>session</c> object. The numbers stand in tokens.</summary>
internal enum SessionForm : byte
{
    /// <summary>With its <c>type</c> inside.</summary>
    Current = 0,

    /// <summary>The flat object of before general availability.</summary>
    Beta = 1,

    /// <summary>The same for a transcription.</summary>
    BetaTranscription = 2,
}
