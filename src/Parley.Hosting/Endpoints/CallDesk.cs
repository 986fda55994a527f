using System.Diagnostics.CodeAnalysis;
using Parley.Hosting.Access;
using Parley.Transceiver;

namespace Parley.Hosting.Endpoints;

/// <summary>Where calls over WebRTC are made, whoever took the request: this server's endpoint, or another node's. Thread-safe.</summary>
internal sealed class CallDesk(Admission admission, SessionFactory sessions, CallTransceiver transceiver)
{
    /// <summary>Reads what is asked for. Nothing has been made or counted yet.</summary>
    /// <param name="session">The request's own; null: none.</param>
    public bool TryPrepare(
        Caller caller, SessionLayer? session, string? model, [NotNullWhen(true)] out CallConfig? call, [NotNullWhen(false)] out ApiError? refusal)
    {
        refusal = sessions.TryCreate(caller, [caller.Session, session], model, out call, out var error) ? null : ApiError.Invalid(error);
        return refusal is null;
    }

    /// <summary>Admits the caller and answers the offer. Where no call comes of it, nothing is left of it.</summary>
    public bool TryCreate(
        Caller caller, string offer, CallConfig call, [NotNullWhen(true)] out CallCreated? created, [NotNullWhen(false)] out ApiError? refusal)
    {
        created = null;
        if (!Admission.TryAdmit(caller, out var lease, out refusal)) return false;
        try
        {
            switch (transceiver.CreateCall(offer, call))
            {
                case CallCreated made:
                    admission.Attach(made.CallId, caller, lease, transceiver);
                    (created, refusal) = (made, null);
                    return true;
                case CallRefused { Reason: CallRefusal.BadOffer } refused:
                    refusal = ApiError.Invalid(refused.Code, refused.Message, "sdp");
                    return false;
                case CallRefused refused:
                    refusal = ApiError.Unavailable(refused.Code, refused.Message);
                    return false;
                default:
                    throw new InvalidOperationException("A new outcome of CreateCall is not mapped to a status.");
            }
        }
        finally
        {
            if (created is null) lease.Dispose();
        }
    }
}
