using System.CommandLine;
using System.Text.Json;
using Parley.Hosting.Access;
using Parley.Relay.Cli;

namespace Parley.Cli;

/// <summary><c>parley keys</c>: makes API keys, and the hashes that a server keeps of them; and looks after the keys of routes.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Make API keys and their hashes for parley.json; look after the keys that relays and transceivers share.")
    {
        New(), Hash(), RouteKeysCommand.CreateRotate(), RouteKeysCommand.CreateList(),
    };

    private static Command New()
    {
        var name = new Argument<string>("name") { Description = "Whose key it is" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object: name, key, hash." };
        var command = new Command("create", "Print a new key, once, and the line to put into server.keys.") { name, json };
        command.SetAction(parsed => Print(Console.Out, parsed.GetValue(name)!, KeyHash.NewKey(), parsed.GetValue(json)));
        return command;
    }

    private static Command Hash()
    {
        var name = new Option<string>("--name") { Description = "Whose key it is", DefaultValueFactory = _ => "key" };
        var command = new Command("hash", "Read a key from standard input, and print the line to put into server.keys.") { name };
        command.SetAction(parsed => Print(Console.Out, Console.Error, Console.In.ReadLine(), parsed.GetValue(name)!));
        return command;
    }

    /// <summary>The key stands in no file of ours and is not printed again.</summary>
    internal static void Print(TextWriter output, string name, string key, bool asJson)
    {
        var hash = KeyHash.Of(key).ToString();
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { name, key, hash }));
            return;
        }
        output.WriteLine($"Key, for whoever calls; it is not shown again:\n  {key}\nFor server.keys in parley.json:\n  {Entry(name, hash)}");
    }

    internal static int Print(TextWriter output, TextWriter error, string? line, string name)
    {
        if (line?.Trim() is { Length: >= KeyHash.MinKeyLength } key)
        {
            output.WriteLine(Entry(name, KeyHash.Of(key).ToString()));
            return 0;
        }
        error.WriteLine($"parley keys hash: a key of {KeyHash.MinKeyLength} characters or more is needed on standard input: a shorter one could be found from its hash.");
        return 2;
    }

    private static string Entry(string name, string hash) => JsonSerializer.Serialize(new { name, hash });
}
