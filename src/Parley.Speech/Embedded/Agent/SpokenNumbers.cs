using System.Globalization;

namespace Parley.Speech.Embedded.Agent;

/// <summary>Numbers as words, 0…99.</summary>
internal static class SpokenNumbers
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <summary>Numbers beyond 99 and below 0 are given in digits.</summary>
    public static string Say(int number) => number switch
    {
        < 0 or > 99 => number.ToString(CultureInfo.InvariantCulture),
        < 20 => Small[number],
        _ when number % 10 == 0 => Tens[number / 10],
        _ => $"{Tens[number / 10]}-{Small[number % 10]}",
    };

    /// <summary>The numbers among words in lower case, as digits or as words ("twenty five" is one).</summary>
    public static IReadOnlyList<int> Parse(IReadOnlyList<string> words)
    {
        var numbers = new List<int>();
        for (var i = 0; i < words.Count; i++)
        {
            if (int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var digits) && digits <= 1_000_000)
            {
                numbers.Add(digits);
                continue;
            }
            if (Array.IndexOf(Tens, words[i]) is var ten and >= 2)
            {
                var unit = i + 1 < words.Count ? Array.IndexOf(Small, words[i + 1]) : -1;
                var hasUnit = unit is >= 1 and <= 9;
                numbers.Add(ten * 10 + (hasUnit ? unit : 0));
                if (hasUnit) i++;
            }
            else if (Array.IndexOf(Small, words[i]) is var small and >= 0)
            {
                numbers.Add(small);
            }
        }
        return numbers;
    }
}
