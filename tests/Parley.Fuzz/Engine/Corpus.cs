using Parley.Simulation;

namespace Parley.Fuzz.Engine;

/// <summary>
/// The inputs that ran through something new, and for each edge the best one: the shortest, and of those the quickest. These are
/// preferred when something is to be mutated; alone they reach what all reach.
/// </summary>
internal sealed class Corpus
{
    private readonly List<Entry> _entries = [];
    private readonly Entry?[] _best = new Entry?[CoverageMap.Size];
    private List<Entry>? _favored;

    public int Count => _entries.Count;

    public void Add(byte[] input, IReadOnlyList<ushort> edges, TimeSpan time)
    {
        var entry = new Entry(input, time);
        _entries.Add(entry);
        foreach (var edge in edges)
        {
            if (_best[edge] is { } best && !entry.IsBetterThan(best)) continue;
            _best[edge] = entry;
            _favored = null;
        }
    }

    /// <summary>One input to mutate: mostly of the best, and of these and all others rather the newest.</summary>
    public byte[] Choose(SeededRandom random)
    {
        IReadOnlyList<Entry> from = Favored() is { Count: > 0 } favored && random.NextInt(5) > 0 ? favored : _entries;
        var newest = Math.Max(1, from.Count / 4);
        return random.NextInt(3) == 0 ? from[from.Count - 1 - random.NextInt(newest)].Input : from[random.NextInt(from.Count)].Input;
    }

    public byte[] ChooseAny(SeededRandom random) => _entries[random.NextInt(_entries.Count)].Input;

    /// <summary>A few inputs that together run through every edge that is known. Greedy, so not always the fewest.</summary>
    public IEnumerable<byte[]> Smallest() => Favored().Select(entry => entry.Input);

    private List<Entry> Favored()
    {
        if (_favored is null)
        {
            var best = _best.Where(entry => entry is not null).ToHashSet();
            _favored = [.. _entries.Where(best.Contains)];
        }
        return _favored;
    }

    private sealed record Entry(byte[] Input, TimeSpan Time)
    {
        public bool IsBetterThan(Entry other) =>
            Input.Length != other.Input.Length ? Input.Length < other.Input.Length : Time < other.Time;
    }
}
