using System.CommandLine;
using System.Text.Json;
using Parley.Cli.Doctor;
using Spectre.Console;

namespace Parley.Cli;

/// <summary><c>parley doctor</c>: what is installed, what is missing, and a call to itself.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object: healthy, findings." };
        var command = new Command("doctor", "Check this machine, and make a call over loopback.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            List<Finding> findings = [.. Machine.Look(), .. Libraries.Look()];
            findings.Add(await SelfCall.MakeAsync(cancellationToken));
            if (parsed.GetValue(json)) PrintJson(findings);
            else Print(findings);
            return findings.Any(finding => finding.Status == FindingStatus.Missing) ? 1 : 0;
        });
        return command;
    }

    private static void Print(List<Finding> findings)
    {
        var table = new Table().NoBorder().HideHeaders().AddColumn("").AddColumn("").AddColumn("");
        foreach (var finding in findings)
        {
            var mark = finding.Status switch
            {
                FindingStatus.Ok => "[green]ok[/]",
                FindingStatus.Worse => "[yellow]note[/]",
                _ => "[red]missing[/]",
            };
            table.AddRow(new Markup(mark), new Text(finding.Name), new Text(finding.Detail));
            if (finding.Advice is not null) table.AddRow(new Text(""), new Text(""), new Text("→ " + finding.Advice));
        }
        AnsiConsole.Write(table);
    }

    private static void PrintJson(List<Finding> findings) =>
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            healthy = findings.All(finding => finding.Status != FindingStatus.Missing),
            findings = findings.Select(finding => new
            {
                name = finding.Name,
                status = finding.Status.ToString().ToLowerInvariant(),
                detail = finding.Detail,
                advice = finding.Advice,
            }),
        }));
}
