namespace Parley.Relay.Configuration;

/// <summary>A file that may change.</summary>
public interface IFileContent
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>All of it. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when it cannot be read.</summary>
    byte[] Read();
}
