using System.Security.Cryptography;
using Parley.Fuzz.Targets;

namespace Parley.Fuzz.Engine;

/// <summary>
/// The inputs kept in files: committed ones beside the program, a file for each target with an input in base64 on each line, and those
/// that runs on this machine found, a file each.
/// </summary>
internal static class SeedFolder
{
    public const string Name = "Corpus";

    /// <summary>A target's examples and its committed inputs.</summary>
    public static IEnumerable<byte[]> Committed(FuzzTarget target)
    {
        var file = FileOf(Path.Combine(AppContext.BaseDirectory, Name), target);
        return File.Exists(file) ? target.Examples().Concat(File.ReadLines(file).Select(Convert.FromBase64String)) : target.Examples();
    }

    /// <summary>Writes the committed inputs anew; short ones first, so that a change is easy to see.</summary>
    public static void Commit(string folder, FuzzTarget target, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(FileOf(folder, target), inputs.Select(Convert.ToBase64String).OrderBy(line => line.Length).ThenBy(line => line, StringComparer.Ordinal));
    }

    /// <summary>What earlier runs found.</summary>
    public static IEnumerable<byte[]> Read(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];

    /// <summary>Writes an input under a name made of its bytes, so that one is never there twice.</summary>
    public static void Write(string folder, byte[] input)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}.bin"), input);
    }

    private static string FileOf(string folder, FuzzTarget target) => Path.Combine(folder, $"{target.Name}.txt");
}
