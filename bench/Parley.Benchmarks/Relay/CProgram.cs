using System.Diagnostics;

namespace Parley.Benchmarks.Relay;

/// <summary>A program of bench/c, made by the system's C compiler when it is needed.</summary>
internal static class CProgram
{
    /// <summary>Compiles bench/c/NAME.c; the path of the program.</summary>
    public static async Task<string> CompileAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "c");
        var program = Path.Combine(folder, name);
        using var compiler = Start("cc", "-O2", "-o", program, Path.Combine(folder, $"{name}.c"));
        var errors = await compiler.StandardError.ReadToEndAsync(cancellationToken);
        await compiler.WaitForExitAsync(cancellationToken);
        return compiler.ExitCode == 0 ? program : throw new BenchmarkException($"cc could not compile {name}.c: {errors}");
    }

    public static Process Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Ours is compiled once and whole, as the relay's native binary is: the compiler would otherwise be at work while it is measured.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        return Process.Start(start)!;
    }
}
