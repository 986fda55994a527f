using System.CommandLine;
using Parley.Cli;
using Parley.Cli.Call;
using Parley.Cli.Impair;
using Parley.Cli.Load;
using Parley.Relay.Cli;

var root = new RootCommand(
    "Parley: an open, self-hosted real-time voice agent. `./parley serve`, then open the page and speak. "
    + "In a checkout there are also `./parley test`, `./parley bench`, `./parley fuzz` and `./parley publish`.")
{
    ServeCommand.Create(),
    RelayCommand.Create(),
    CallCommand.Create(),
    LoadCommand.Create(),
    DoctorCommand.Create(),
    PhrasesCommand.Create(),
    KeysCommand.Create(),
    RoutesCommand.Create(),
    ImpairCommand.Create(),
};
var parsed = root.Parse(args);
// What cannot be used is printed with the usage, and is the same to a script as a configuration that cannot be used.
const int misuse = 2;
// A server that lets its calls end takes as long as its operator allows, and a load hangs up all of its calls; the others have two seconds.
var takesItsTime = parsed.CommandResult.Command.Name is ServeCommand.Name or LoadCommand.Name;
var code = await parsed.InvokeAsync(takesItsTime ? new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan } : null);
return parsed.Errors.Count > 0 ? misuse : code;
