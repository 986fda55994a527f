using System.CommandLine;
using Parley.Relay.Cli;

var root = new RootCommand("The Parley relay: forwards calls from their clients to the transceivers that own them. The same as `parley relay`.");
RelayCommand.Fill(root);
root.Subcommands.Add(new Command("keys", "Look after the keys that routes are sealed with.") { RouteKeysCommand.CreateRotate(), RouteKeysCommand.CreateList() });
root.Subcommands.Add(RoutesCommand.Create());
var parsed = root.Parse(args);
// What cannot be used is printed with the usage, and is the same to a script as a configuration that cannot be used.
const int misuse = 2;
var code = parsed.Invoke();
return parsed.Errors.Count > 0 ? misuse : code;
