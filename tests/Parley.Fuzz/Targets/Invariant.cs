using System.Runtime.CompilerServices;

namespace Parley.Fuzz.Targets;

/// <summary>What must hold for every input.</summary>
internal static class Invariant
{
    public static void Holds(bool condition, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        if (!condition) throw new InvariantException(text);
    }

    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string text = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new InvariantException($"{text} is {actual} and should be {expected}");
    }
}

/// <summary>An invariant of a target does not hold.</summary>
internal sealed class InvariantException(string message) : Exception(message);
