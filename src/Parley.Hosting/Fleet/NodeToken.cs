using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Parley.Net.Routes;
using Parley.Transceiver;

namespace Parley.Hosting.Fleet;

/// <summary>
/// Shows that a request between nodes comes from one that has the fleet's keys: <c>KEY.EXPIRY.MAC</c>, for one node and a minute. It keeps out who is on
/// the private network without the keys; who can read that network can repeat it meanwhile. Thread-safe.
/// </summary>
internal sealed class NodeToken(Func<RouteKeyRing> keys, TimeProvider time)
{
    public const string Header = "parley-node-token";

    private const string Purpose = "node api v1";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>What clocks may differ by.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <exception cref="InvalidOperationException">No key is in force.</exception>
    public string Create(CallId node)
    {
        var now = time.GetUtcNow();
        var key = keys().SealingKey(now) ?? throw new InvalidOperationException("No route key is in force.");
        var expiry = (now + Lifetime).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{key.Id}.{expiry}.{Convert.ToHexStringLower(Mac(key, node, expiry))}");
    }

    public bool Holds(string? token, CallId node)
    {
        if (token?.Split('.') is not [var id, var end, var mac]) return false;
        var now = time.GetUtcNow();
        if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var keyId) || keys().Find(keyId) is not { } key || key.IsRetired(now)) return false;
        if (!long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var expiry)) return false;
        var left = expiry - now.ToUnixTimeSeconds();
        if (left < -Skew.TotalSeconds || left > (Lifetime + Skew).TotalSeconds) return false;
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Mac(key, node, expiry))), Encoding.UTF8.GetBytes(mac));
    }

    private static byte[] Mac(RouteKey key, CallId node, long expiry) => HMACSHA256.HashData(
        key.DeriveKey(Purpose, HMACSHA256.HashSizeInBytes), Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{node.Cluster}.{node.Node}.{expiry}")));
}
