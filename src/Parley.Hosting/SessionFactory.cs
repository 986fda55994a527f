using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;
using Parley.Speech;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>Makes the configuration of a call from the operator's defaults and what the client asks for. Thread-safe.</summary>
/// <param name="models">Null: calls are echoes.</param>
/// <param name="defaults">What a session has when the client says nothing.</param>
internal sealed class SessionFactory(ModelSet? models, SessionSettings defaults, TimeSpan maxSession, TimeProvider clock)
{
    /// <param name="layers">Partial <c>session</c> objects as JSON, each overriding the ones before; null ones are skipped.</param>
    public bool TryCreate(
        ReadOnlySpan<string?> layers, [NotNullWhen(true)] out CallConfig? config, [NotNullWhen(false)] out RealtimeError? error)
    {
        (config, error) = (null, null);
        var settings = defaults;
        foreach (var layer in layers)
            if (layer is not null && !settings.TryApply(Encoding.UTF8.GetBytes(layer), out settings, out error)) return false;
        var session = new RealtimeSessionConfig
        {
            CreatedAt = clock.GetUtcNow(),
            Settings = settings,
            MaxDuration = maxSession,
            MaxInputTokens = models?.MaxInputTokens ?? ModelSet.DefaultMaxInputTokens,
        };
        config = new CallConfig { Session = session, Models = models };
        return true;
    }

    /// <summary>Writes the effective <c>session</c> object of a call that is not made yet.</summary>
    public static void Write(Utf8JsonWriter json, CallConfig call)
    {
        json.WriteStartObject();
        json.WriteString("type", "realtime");
        json.WriteString("object", "realtime.session");
        call.Session.Settings.WriteFields(json);
        json.WriteEndObject();
    }
}
