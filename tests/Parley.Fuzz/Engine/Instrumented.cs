using SharpFuzz;

namespace Parley.Fuzz.Engine;

/// <summary>Makes the copy of this program in which the code under test counts its edges.</summary>
internal static class Instrumented
{
    private static readonly string[] Assemblies = ["Parley.Rtc.dll", "Parley.Net.dll", "Parley.Realtime.dll", "Parley.Relay.dll"];

    /// <summary>Returns the path of the copy's program.</summary>
    public static string Create(Workspace workspace)
    {
        var folder = workspace.InstrumentedFolder;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        foreach (var assembly in Assemblies.Select(name => Path.Combine(folder, name)).Where(File.Exists))
            _ = Fuzzer.Instrument(assembly, _ => true, Options.Value).Count();
        return Path.Combine(folder, $"{typeof(Instrumented).Assembly.GetName().Name}.dll");
    }
}
