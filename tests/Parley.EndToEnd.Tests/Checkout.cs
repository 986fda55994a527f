using System.Reflection;

namespace Parley.EndToEnd.Tests;

/// <summary>Where things are in the checkout that these tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Metadata("RepoRoot");

    public static string CliAssembly =>
        Path.Combine(Root, "artifacts", "bin", "Parley.Cli", Metadata("Configuration").Equals("Release", StringComparison.OrdinalIgnoreCase) ? "release" : "debug", "parley.dll");

    /// <summary>What <c>./parley publish relay</c> makes. Where it was not made, relays run as any other verb does, and are ready later.</summary>
    public static string NativeRelay => Path.Combine(Root, "artifacts", "publish", "parley-relay");

    public static string BrowserScripts => Path.Combine(Root, "tests", "Parley.EndToEnd.Tests", "browser");

    /// <summary>A path for something that a test leaves behind to look at: a recording, a screenshot.</summary>
    public static string Artifact(string name)
    {
        var folder = Path.Combine(Root, "artifacts", "e2e");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, name);
    }

    private static string Metadata(string key) =>
        typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
