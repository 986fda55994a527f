using System.Security.Cryptography;
using Parley.Fuzz.Targets;

namespace Parley.Fuzz.Engine;

/// <summary>The inputs kept in files: committed ones beside the program, and those that runs on this machine found.</summary>
internal static class SeedFolder
{
    /// <summary>A target's examples and its committed inputs.</summary>
    public static IEnumerable<byte[]> Committed(FuzzTarget target) =>
        target.Examples().Concat(Read(Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name)));

    public static IEnumerable<byte[]> Read(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];

    /// <summary>Writes an input under a name made of its bytes, so that one is never there twice.</summary>
    public static void Write(string folder, byte[] input)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}.bin"), input);
    }
}
