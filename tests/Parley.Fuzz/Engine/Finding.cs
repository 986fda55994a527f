using System.Diagnostics;

namespace Parley.Fuzz.Engine;

/// <summary>An input that something does not hold for.</summary>
/// <param name="Key">The same for inputs that fail in the same place: fit for a file name.</param>
internal sealed record Finding(string Key, string Description, byte[] Input)
{
    public static Finding From(Exception exception, byte[] input)
    {
        var where = new StackTrace(exception).GetFrames()
            .Select(frame => frame.GetMethod())
            .Where(method => method?.DeclaringType?.FullName?.StartsWith("Parley.", StringComparison.Ordinal) == true)
            .Select(method => $"{method!.DeclaringType!.FullName}.{method.Name}")
            .FirstOrDefault(name => !name.Contains(nameof(Targets.Invariant), StringComparison.Ordinal));
        // Numbers tell one failure in two lengths apart, which is one failure.
        var text = exception is Targets.InvariantException ? new string([.. exception.Message.Where(c => !char.IsAsciiDigit(c))]) : "";
        var hash = 2166136261u;
        foreach (var c in $"{exception.GetType().Name} {where} {text}") hash = (hash ^ c) * 16777619;
        return new Finding($"{exception.GetType().Name}-{hash:x8}", exception.ToString(), input);
    }
}
