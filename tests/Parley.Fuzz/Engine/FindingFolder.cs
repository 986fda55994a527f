namespace Parley.Fuzz.Engine;

/// <summary>Where findings are kept: one input and one description for each key and target.</summary>
internal sealed class FindingFolder(string root, string target)
{
    private string Folder => Path.Combine(root, "findings", target);

    /// <summary>Keeps a finding, and the shorter input when its key is known. True when the key is new.</summary>
    public bool Keep(Finding finding)
    {
        Directory.CreateDirectory(Folder);
        var input = Path.Combine(Folder, $"{finding.Key}.bin");
        var isNew = !File.Exists(input);
        if (!isNew && new FileInfo(input).Length <= finding.Input.Length) return false;
        File.WriteAllBytes(input, finding.Input);
        File.WriteAllText(
            Path.ChangeExtension(input, ".txt"),
            $"{finding.Description}\n\n./parley fuzz {target} --replay {Path.GetRelativePath(Environment.CurrentDirectory, input)}\n");
        return isNew;
    }
}
