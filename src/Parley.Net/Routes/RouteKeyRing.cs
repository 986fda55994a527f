using System.Globalization;
using System.Text;

namespace Parley.Net.Routes;

/// <summary>
/// The keys of a fleet: the newest that is in force seals, and every one that is not retired opens, so that keys change without a gap.
/// An immutable snapshot; as text, one line for each key.
/// </summary>
public sealed class RouteKeyRing
{
    private const string NoEnd = "-";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private readonly RouteKey?[] _byId = new RouteKey?[RouteKey.MaxId + 1];

    /// <summary>Throws <see cref="ArgumentException"/> when there is no key, or when two have the same id.</summary>
    public RouteKeyRing(IEnumerable<RouteKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Keys = [.. keys.OrderBy(key => key.NotBefore)];
        if (Keys.Count == 0) throw new ArgumentException("There is no route key.", nameof(keys));
        foreach (var key in Keys)
        {
            if (_byId[key.Id] is not null) throw new ArgumentException($"Two route keys have the id {key.Id}.", nameof(keys));
            _byId[key.Id] = key;
        }
    }

    /// <summary>By the time at which they begin to seal.</summary>
    public IReadOnlyList<RouteKey> Keys { get; }

    /// <summary>A ring of one key that seals from now on.</summary>
    public static RouteKeyRing Create(IRandomSource random, DateTimeOffset now) => new([RouteKey.Create(0, random, ToSecond(now))]);

    /// <summary>
    /// Reads lines of four fields between blanks: id, secret in base64, the time from which it seals, the time from which it no longer opens
    /// ("-": none yet), both as 2026-11-26T14:00:00Z. Empty lines and such that begin with # are skipped. Throws
    /// <see cref="FormatException"/>, which names the line and never what stands in it.
    /// </summary>
    public static RouteKeyRing Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new List<RouteKey>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#') continue;
            keys.Add(ParseKey(trimmed.ToString(), number));
        }
        try
        {
            return new RouteKeyRing(keys);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The key that new routes are sealed with; null when none is in force.</summary>
    public RouteKey? SealingKey(DateTimeOffset now) => Keys.LastOrDefault(key => key.NotBefore <= now && !key.IsRetired(now));

    /// <summary>Null: there is none of that id.</summary>
    public RouteKey? Find(int id) => (uint)id < (uint)_byId.Length ? _byId[id] : null;

    /// <summary>
    /// A ring in which a new key begins to seal after <paramref name="lead"/>, by when every node should have read it; those before it go on opening
    /// for <paramref name="overlap"/> from then, which is to be no less than the longest lifetime of a route. Keys that are retired already are left out.
    /// Throws <see cref="InvalidOperationException"/> when every id is in use.
    /// </summary>
    public RouteKeyRing Rotate(IRandomSource random, DateTimeOffset now, TimeSpan lead, TimeSpan overlap)
    {
        var begins = ToSecond(now + lead);
        var kept = Keys.Where(key => !key.IsRetired(now))
            .Select(key => key.RetireAfter is null ? key.RetiringAfter(begins + overlap) : key).ToList();
        // The id after the newest's: one that was retired lately comes back last, so that a node that reads late does not mistake it.
        var newest = Keys[^1].Id;
        for (var step = 1; step <= RouteKey.MaxId; step++)
        {
            var id = (newest + step) % (RouteKey.MaxId + 1);
            if (kept.All(key => key.Id != id)) return new RouteKeyRing([.. kept, RouteKey.Create(id, random, begins)]);
        }
        throw new InvalidOperationException(
            $"All {RouteKey.MaxId + 1} ids of route keys are in use. Rotate again when the oldest has retired, or with a shorter overlap.");
    }

    /// <summary>What <see cref="Parse"/> reads. It holds the secrets.</summary>
    public string Print()
    {
        var text = new StringBuilder("# Parley route keys. Secret. id, secret, seals from, opens until\n");
        foreach (var key in Keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key.Id} {Convert.ToBase64String(key.Secret)} {Print(key.NotBefore)} ");
            text.Append(key.RetireAfter is { } end ? Print(end) : NoEnd).Append('\n');
        }
        return text.ToString();
    }

    private static RouteKey ParseKey(string line, int number)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 4) throw Wrong("needs four fields: id, secret, the time from which it seals, the time until which it opens");
        if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id > RouteKey.MaxId)
            throw Wrong($"needs an id of 0 to {RouteKey.MaxId} in its first field");
        var secret = new byte[RouteKey.SecretLength];
        if (!Convert.TryFromBase64String(fields[1], secret, out var length) || length != RouteKey.SecretLength)
            throw Wrong($"needs {RouteKey.SecretLength} bytes in base64 in its second field");
        if (!TryParseTime(fields[2], out var notBefore)) throw Wrong("needs a time such as 2026-11-26T14:00:00Z in its third field");
        DateTimeOffset? retireAfter = null;
        if (fields[3] != NoEnd)
        {
            if (!TryParseTime(fields[3], out var end)) throw Wrong("needs a time such as 2026-11-26T14:00:00Z, or -, in its fourth field");
            retireAfter = end;
        }
        return new RouteKey(id, secret, notBefore, retireAfter);

        FormatException Wrong(string what) => new($"Line {number} of the route keys {what}.");
    }

    private static bool TryParseTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static string Print(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>The text has no fractions.</summary>
    private static DateTimeOffset ToSecond(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}
