using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>What of a running session cannot change, or not now.</summary>
internal static class SessionChanges
{
    /// <summary>The settings that take effect. A change that is not possible is an error of <paramref name="fields"/>.</summary>
    /// <param name="hasSpoken">The assistant was heard.</param>
    /// <param name="isReplying">A response is being made.</param>
    public static SessionSettings Admit(
        SessionSettings previous, SessionSettings updated, bool hasSpoken, bool isReplying, FieldReader fields)
    {
        if (updated.Kind != previous.Kind)
            fields.Refuse("session.type", "invalid_value", $"Invalid value for 'session.type': this is a session of the type '{previous.TypeName}', and stays one.");
        if (updated.Voice != previous.Voice && hasSpoken)
            fields.Refuse("session.audio.output.voice", "cannot_update_voice", "The voice cannot change any more: the assistant has spoken.");
        if (!updated.Speed.Equals(previous.Speed) && isReplying)
            fields.Refuse("session.audio.output.speed", "cannot_update_speed", "The speed can change between responses only: wait until the active one is done.");

        if (previous.Tracing is null || updated.Tracing == previous.Tracing) return updated;
        // Clients ask for "auto" whenever a session begins, whatever it was configured with.
        if (updated.Tracing != TracingSettings.Auto)
            fields.Refuse("session.tracing", "cannot_update_tracing", "Tracing cannot change once it is enabled.");
        return updated with { Tracing = previous.Tracing };
    }
}
