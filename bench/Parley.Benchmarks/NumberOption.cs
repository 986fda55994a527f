using System.Globalization;

namespace Parley.Benchmarks;

/// <summary>An option of a benchmark that takes a whole number: <c>--seconds 10</c>.</summary>
/// <param name="Set">Takes the number when it is from <paramref name="Least"/> to <paramref name="Most"/>.</param>
internal sealed record NumberOption(string Name, int Least, int Most, Action<int> Set)
{
    /// <summary>Sets what is given; false when it is not all pairs of an option and a number that it takes.</summary>
    public static bool TrySet(IReadOnlyList<string> given, params IReadOnlyList<NumberOption> options)
    {
        for (var i = 0; i < given.Count; i += 2)
        {
            if (i + 1 == given.Count || !int.TryParse(given[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
            var option = options.FirstOrDefault(option => option.Name == given[i]);
            if (option is null || number < option.Least || number > option.Most) return false;
            option.Set(number);
        }
        return true;
    }
}
