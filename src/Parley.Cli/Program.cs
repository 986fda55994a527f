using System.CommandLine;
using Parley.Cli;

var root = new RootCommand("Parley: an open, self-hosted real-time voice agent. `./parley serve`, then open the page and speak.")
{
    ServeCommand.Create(),
    DoctorCommand.Create(),
    PhrasesCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
