namespace Parley.Fuzz.Engine;

/// <summary>The folder of the runs on this machine. It may be deleted at any time.</summary>
internal sealed record Workspace(string Root)
{
    /// <summary>A copy of the program whose Parley assemblies count their edges.</summary>
    public string InstrumentedFolder => Path.Combine(Root, "instrumented");

    public string CorpusOf(string target) => Path.Combine(Root, "corpus", target);

    public string CurrentInputOf(string target) => Path.Combine(Root, $"current-{target}");

    /// <summary>artifacts/fuzz of the checkout that the program was built in.</summary>
    public static Workspace OfCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (folder.Name == "artifacts") return new Workspace(Path.Combine(folder.FullName, "fuzz"));
        throw new DirectoryNotFoundException("The program does not stand in a checkout's artifacts folder.");
    }
}
