using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Parley.Hosting.Access;
using Parley.Realtime;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;
using Parley.Speech;
using Parley.Transceiver;

namespace Parley.Hosting;

/// <summary>Makes the configuration of a call from the operator's defaults and what the client asks for. Thread-safe.</summary>
/// <param name="defaults">What a session has when the client says nothing.</param>
/// <param name="maxSession">After this a session expires.</param>
internal sealed class SessionFactory(ModelCatalog models, SessionSettings defaults, TimeSpan maxSession, TimeProvider clock)
{
    /// <summary>Characters.</summary>
    private const int MaxModelLength = 128;

    /// <param name="layers">Each overrides the ones before; null ones are skipped.</param>
    /// <param name="model">The name in the request's query, before those in the layers; null: none.</param>
    public bool TryCreate(
        ReadOnlySpan<SessionLayer?> layers, string? model, [NotNullWhen(true)] out CallConfig? config, [NotNullWhen(false)] out RealtimeError? error)
    {
        (config, error) = (null, null);
        var settings = defaults;
        foreach (var layer in layers)
        {
            if (layer is null) continue;
            if (!layer.TryApply(settings, out settings, out error) || !TryReadModel(layer.Json, out var named, out error)) return false;
            if (named is not null) settings = settings with { Model = named };
        }
        if (!string.IsNullOrEmpty(model))
        {
            error = CheckModel(model, "model");
            if (error is not null) return false;
            settings = settings with { Model = model };
        }
        var set = models.For(settings.Model);
        var session = new RealtimeSessionConfig
        {
            CreatedAt = clock.GetUtcNow(),
            Settings = settings,
            MaxDuration = maxSession,
            MaxInputTokens = set?.MaxInputTokens ?? ModelSet.DefaultMaxInputTokens,
        };
        config = new CallConfig { Session = session, Models = set };
        return true;
    }

    /// <summary>The call with a session that goes on, by the models that it had.</summary>
    public CallConfig Resume(CallConfig call, SessionSnapshot session)
    {
        var set = models.For(session.Settings.Model);
        return call with
        {
            Resumed = session,
            Models = set,
            Session = call.Session with { MaxInputTokens = set?.MaxInputTokens ?? ModelSet.DefaultMaxInputTokens },
        };
    }

    /// <summary>The same for a call or session of <paramref name="caller"/>, that tells of their limits.</summary>
    public bool TryCreate(
        Caller caller, ReadOnlySpan<SessionLayer?> layers, string? model, [NotNullWhen(true)] out CallConfig? config, [NotNullWhen(false)] out RealtimeError? error)
    {
        if (!TryCreate(layers, model, out config, out error)) return false;
        config = config with { Session = config.Session with { RateLimits = new KeyRateLimits(caller.Key.Usage) } };
        return true;
    }

    /// <summary>
    /// A session's model is chosen when it begins and stays. Whatever name the client gives is taken, shown again, and chooses among
    /// the models that the application named; other names get the one that there is.
    /// </summary>
    private static bool TryReadModel(string json, out string? model, [NotNullWhen(false)] out RealtimeError? error)
    {
        (model, error) = (null, null);
        using var session = JsonDocument.Parse(json);
        if (!session.RootElement.TryGetProperty("model", out var value) || value.ValueKind == JsonValueKind.Null) return true;
        if (value.ValueKind == JsonValueKind.String)
        {
            model = value.GetString()!;
            error = CheckModel(model, "session.model");
        }
        else
        {
            error = RealtimeError.Invalid("invalid_type", "Invalid 'session.model': a text is needed.", "session.model");
        }
        return error is null;
    }

    private static RealtimeError? CheckModel(string model, string param) =>
        model.Length is 0 or > MaxModelLength || model.Any(char.IsControl)
            ? RealtimeError.Invalid("invalid_value", $"Invalid '{param}': the name of a model has 1 to {MaxModelLength} characters, none of them a control character.", param)
            : null;
}
