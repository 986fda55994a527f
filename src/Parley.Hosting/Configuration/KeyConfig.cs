using Parley.Hosting.Access;

namespace Parley.Hosting.Configuration;

/// <summary>One API key that is accepted.</summary>
/// <param name="Name">For people; never the key.</param>
public sealed record KeyConfig(string Name, KeyHash Hash, KeyLimits Limits)
{
    /// <summary>Keys of the environment and of parley.json.</summary>
    /// <exception cref="ConfigurationException">With what to change.</exception>
    internal static IReadOnlyList<KeyConfig> AllOf(ServerOptions options)
    {
        Check(options.Limits, "server.limits");
        var plain = (Environment.GetEnvironmentVariable(options.ApiKeysEnvironmentVariable) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var key in plain)
            if (key.StartsWith(ClientTokenSeal.Prefix, StringComparison.Ordinal))
                throw new ConfigurationException($"{options.ApiKeysEnvironmentVariable}: a key may not begin with {ClientTokenSeal.Prefix}, which is how client secrets begin.");
        KeyConfig[] keys =
        [
            .. plain.Select((key, index) => new KeyConfig($"{options.ApiKeysEnvironmentVariable}[{index}]", KeyHash.Of(key), options.Limits)),
            .. options.Keys.Select((key, index) => From(key, $"server.keys[{index}]", options.Limits)),
        ];
        CheckDifferent(keys);
        return keys;
    }

    /// <exception cref="ConfigurationException">Two of them are the same key.</exception>
    internal static void CheckDifferent(IEnumerable<KeyConfig> keys)
    {
        if (keys.GroupBy(key => key.Hash.ToString()).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ConfigurationException($"server.keys: the same key is there twice, as {string.Join(" and ", twice.Select(key => $"'{key.Name}'"))}. Remove one.");
    }

    internal static KeyConfig From(KeyOptions options, string path, KeyLimits defaults)
    {
        if (string.IsNullOrWhiteSpace(options.Name)) throw new ConfigurationException($"{path}.name: say whose key it is.");
        if (!KeyHash.TryParse(options.Hash, out var hash))
            throw new ConfigurationException($"{path}.hash: this is not 'sha256:' and 64 hexadecimal digits. `parley keys create {options.Name}` makes a key, `parley keys hash` hashes one that you have.");
        if (options.Limits is { } limits) Check(limits, path + ".limits");
        return new KeyConfig(options.Name, hash, options.Limits ?? defaults);
    }

    private static void Check(KeyLimits limits, string path)
    {
        foreach (var (value, name) in new[] { (limits.ConcurrentCalls, "concurrentCalls"), (limits.CallsPerMinute, "callsPerMinute"), (limits.MinutesPerDay, "minutesPerDay") })
            if (value < 1) throw new ConfigurationException($"{path}.{name} must be at least 1. Leave it out for no limit.");
        if (limits.MinutesPerDay > MaxMinutesPerDay) throw new ConfigurationException($"{path}.minutesPerDay may be {MaxMinutesPerDay} at most. Leave it out for no limit.");
    }

    /// <summary>A thousand calls around the clock; sums of it stay far from every bound.</summary>
    private const int MaxMinutesPerDay = 1_440_000;
}
