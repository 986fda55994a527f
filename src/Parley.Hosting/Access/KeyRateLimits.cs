using Parley.Realtime;

namespace Parley.Hosting.Access;

/// <summary>
/// What <c>rate_limits.updated</c> tells of a key: the calls that it may still begin within the minute, as <c>requests</c>. Responses are not
/// limited one by one, and tokens not at all: a call that runs is bounded by the minutes of the day.
/// </summary>
internal sealed class KeyRateLimits(KeyUsage usage) : IRateLimits
{
    public IReadOnlyList<RateLimit> HandleResponse() =>
        usage.CallsPerMinute is var (limit, remaining, resetIn) ? [new RateLimit("requests", limit, remaining, resetIn)] : [];

    public void HandleUsage(int tokens)
    {
    }
}
