using System.Globalization;

namespace Parley.Benchmarks.Results;

/// <summary>No measurement here is good to more than four digits, so no more are shown.</summary>
internal static class Figures
{
    private const int Digits = 4;

    public static double? Round(double? figure) => figure is { } value ? Round(value) : null;

    public static double Round(double figure) =>
        figure == 0 || !double.IsFinite(figure) ? figure : double.Parse(figure.ToString($"G{Digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static string Print(double? figure) => Round(figure)?.ToString("#,0.#######", CultureInfo.InvariantCulture) ?? "";
}
