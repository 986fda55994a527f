using System.CommandLine;
using System.Text.Json;
using Parley.Speech.Embedded;

namespace Parley.Cli;

/// <summary><c>parley phrases</c>: what the embedded recogniser understands.</summary>
internal static class PhrasesCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("phrases", "Print the phrases that the embedded recogniser knows.") { json };
        command.SetAction(parsed =>
        {
            var phrases = PhraseList.All.Select(phrase => phrase.Text).ToArray();
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(phrases));
            else foreach (var phrase in phrases) Console.WriteLine(phrase);
        });
        return command;
    }
}
