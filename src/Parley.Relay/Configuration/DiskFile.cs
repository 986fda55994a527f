namespace Parley.Relay.Configuration;

/// <summary>A file on disk, of a bounded length.</summary>
public sealed class DiskFile(string path, int maxLength) : IFileContent
{
    public string Name => path;

    public byte[] Read()
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (file.Length > maxLength) throw new IOException($"it is longer than {maxLength} bytes.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
