using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Parley.Fuzz.Engine;
using Parley.Fuzz.Targets;

namespace Parley.Fuzz;

/// <summary><c>parley fuzz</c>.</summary>
internal static class FuzzCommand
{
    private const int Found = 1;
    private const int Misuse = 2;

    public static RootCommand Create()
    {
        var target = new Argument<string?>("target")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "What is fuzzed; all targets when left out, which share the time.",
        };
        target.AcceptOnlyFromAmong([.. FuzzTargets.All.Select(each => each.Name)]);
        var minutes = new Option<double>("--minutes") { Description = "How long, in minutes of wall clock.", DefaultValueFactory = _ => 1 };
        var seed = new Option<ulong>("--seed") { Description = "What the mutations are drawn from; by default another one each time." };
        var replay = new Option<FileInfo?>("--replay") { Description = "Runs this one input, and shows what fails." };
        var distill = new Option<bool>("--distill") { Description = "Writes the fewest inputs that reach what the runs here reached to the committed corpus." };
        var root = new RootCommand(
            "Feeds mutated input to everything that takes bytes from the network, guided by the code that it reaches, and checks what must hold.\n"
            + "What fails is kept in artifacts/fuzz/findings with the command that shows it; the exit code is then 1.\n\nTargets:\n"
            + string.Join('\n', FuzzTargets.All.Select(each => $"  {each.Name,-16}{each.Summary}")))
        {
            target, minutes, seed, replay, distill,
        };
        root.SetAction((parsed, cancellationToken) =>
        {
            IReadOnlyList<FuzzTarget> targets = parsed.GetValue(target) is { } name ? [FuzzTargets.Find(name)!] : FuzzTargets.All;
            if (parsed.GetValue(replay) is { } file) return Task.FromResult(Replay(targets, file));
            var workspace = Workspace.OfCheckout();
            if (parsed.GetValue(distill)) return DistillAsync(targets, workspace, cancellationToken);
            var chosen = parsed.GetResult(seed) is null ? (ulong)Stopwatch.GetTimestamp() : parsed.GetValue(seed);
            return RunAsync(targets, TimeSpan.FromMinutes(parsed.GetValue(minutes)), chosen, workspace, cancellationToken);
        });
        root.Add(WorkerCommand());
        return root;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<FuzzTarget> targets, TimeSpan time, ulong seed, Workspace workspace, CancellationToken cancellationToken)
    {
        var output = Console.Out;
        var program = Instrumented.Create(workspace);
        var weights = targets.Sum(each => each.Weight);
        List<Supervisor> runs = [];
        foreach (var target in targets)
        {
            if (cancellationToken.IsCancellationRequested) break;
            var share = time * target.Weight / weights;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {target.Summary}; {share.TotalSeconds:F0} s, seed {seed}"));
            var run = new Supervisor(target, workspace, program, output);
            await run.RunAsync(share, seed, cancellationToken);
            runs.Add(run);
        }
        output.WriteLine();
        output.WriteLine($"{"target",-16}{"inputs",14}{"edges",8}{"corpus",8}{"found",7}");
        foreach (var run in runs)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Name,-16}{run.Executions,14:N0}{run.Edges,8:N0}{run.Inputs,8:N0}{run.Found.Count,7}"));
        var found = runs.Sum(run => run.Found.Count);
        output.WriteLine(found == 0 ? "Nothing was found." : $"{found} found: see {Path.Combine(workspace.Root, "findings")}");
        return found == 0 ? 0 : Found;
    }

    private static int Replay(IReadOnlyList<FuzzTarget> targets, FileInfo file)
    {
        if (targets.Count != 1 || !file.Exists)
        {
            Console.Error.WriteLine(file.Exists ? "parley fuzz: --replay needs a target." : $"parley fuzz: {file} is not there.");
            return Misuse;
        }
        try
        {
            targets[0].Run(File.ReadAllBytes(file.FullName));
            Console.WriteLine("Everything held.");
            return 0;
        }
#pragma warning disable CA1031 // Whatever it is, it is to be shown.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Console.WriteLine(e);
            return Found;
        }
    }

    /// <summary>In the instrumented copy, for the program itself counts no edges.</summary>
    private static async Task<int> DistillAsync(IReadOnlyList<FuzzTarget> targets, Workspace workspace, CancellationToken cancellationToken)
    {
        var program = Instrumented.Create(workspace);
        foreach (var target in targets)
        {
            using var worker = Process.Start("dotnet", [program, Worker.Verb, target.Name, "0", "0", workspace.Root, CommittedFolder(workspace)]);
            await worker.WaitForExitAsync(cancellationToken);
            if (worker.ExitCode != 0) return Found;
        }
        return 0;
    }

    private static string CommittedFolder(Workspace workspace) =>
        Path.GetFullPath(Path.Combine(workspace.Root, "..", "..", "tests", "Parley.Fuzz", SeedFolder.Name));

    private static Command WorkerCommand()
    {
        var target = new Argument<string>("target");
        var seconds = new Argument<double>("seconds");
        var seed = new Argument<ulong>("seed");
        var root = new Argument<string>("workspace");
        var distillTo = new Argument<string?>("folder") { Arity = ArgumentArity.ZeroOrOne };
        var command = new Command(Worker.Verb) { target, seconds, seed, root, distillTo };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var chosen = FuzzTargets.Find(parsed.GetRequiredValue(target))!;
            var workspace = new Workspace(parsed.GetRequiredValue(root));
            if (parsed.GetValue(distillTo) is not { } folder)
            {
                Worker.Run(chosen, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), workspace);
                return;
            }
            var inputs = Worker.Distill(chosen, workspace);
            SeedFolder.Commit(folder, chosen, inputs);
            Console.WriteLine($"{chosen.Name}: {inputs.Count} inputs, {inputs.Sum(input => input.Length)} bytes");
        });
        return command;
    }
}
