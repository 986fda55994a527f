namespace Parley.Realtime;

/// <summary>The rate limits of whoever opened the session. Thread-safe, and never blocks: sessions on any thread ask it.</summary>
public interface IRateLimits
{
    /// <summary>A response begins: it counts as a request, and this is how things then stand.</summary>
    IReadOnlyList<RateLimit> HandleResponse();

    /// <summary>A response has used so many tokens.</summary>
    void HandleUsage(int tokens);
}

/// <summary>One entry of <c>rate_limits.updated</c>.</summary>
/// <param name="Name"><c>requests</c> or <c>tokens</c>.</param>
/// <param name="ResetIn">Until the limit is as large as ever again.</param>
public readonly record struct RateLimit(string Name, int Limit, int Remaining, TimeSpan ResetIn);
