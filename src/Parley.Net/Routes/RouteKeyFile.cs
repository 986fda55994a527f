namespace Parley.Net.Routes;

/// <summary>Route keys on disk.</summary>
public static class RouteKeyFile
{
    /// <summary>Throws <see cref="FormatException"/> when the text is wrong, and what <see cref="File"/> throws.</summary>
    public static RouteKeyRing Load(string path) => RouteKeyRing.Parse(File.ReadAllText(path));

    /// <summary>
    /// Replaces the file in one step: who reads it sees the old keys or the new ones. Only its owner may read it (mode 0600), whatever the
    /// file before it allowed.
    /// </summary>
    public static void Save(string path, RouteKeyRing ring)
    {
        ArgumentNullException.ThrowIfNull(ring);
        // In the same folder, because only within one file system is renaming one step.
        var draft = $"{Path.GetFullPath(path)}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(draft, options))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(ring.Print()));
                // A name that points to nothing after a power cut would lock the fleet out.
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }
}
