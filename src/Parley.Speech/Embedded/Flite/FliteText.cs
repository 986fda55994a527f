using System.Globalization;
using System.Text;

namespace Parley.Speech.Embedded;

/// <summary>
/// Text as flite may have it: flite reads ASCII, and its text analysis was not written for hostile input. One character
/// in, one character out, so that positions in the result are positions in the text.
/// </summary>
internal static class FliteText
{
    /// <summary>Longer runs without a space are cut: flite looks such "words" up letter by letter.</summary>
    private const int LongestWord = 40;

    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        var wordLength = 0;
        foreach (var character in text)
        {
            var ascii = ToAscii(character);
            if (ascii != ' ' && wordLength == LongestWord) ascii = ' ';
            wordLength = ascii == ' ' ? 0 : wordLength + 1;
            clean.Append(ascii);
        }
        return clean.ToString();
    }

    public static bool IsSpeakable(string clean) => clean.Any(char.IsAsciiLetterOrDigit);

    private static char ToAscii(char character)
    {
        if (character is > ' ' and < '\x7f') return character is '<' or '>' or '\\' or '`' or '^' or '|' or '~' or '{' or '}' ? ' ' : character;
        return character switch
        {
            '\u2018' or '\u2019' or '\u02bc' => '\'',
            '\u201c' or '\u201d' => '"',
            '\u2013' or '\u2014' => ',',
            '\u2026' => '.',
            'ß' => 's',
            'æ' or 'Æ' => 'a',
            'ø' or 'Ø' => 'o',
            _ => WithoutAccent(character),
        };
    }

    private static char WithoutAccent(char character)
    {
        // Half of a surrogate pair is no text, and Normalize refuses it.
        if (char.IsSurrogate(character) || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.OtherNotAssigned) return ' ';
        var first = character.ToString().Normalize(NormalizationForm.FormD)[0];
        return char.IsAsciiLetterOrDigit(first) ? first : ' ';
    }
}
