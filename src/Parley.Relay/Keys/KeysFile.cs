using System.Text;
using Parley.Net.Routes;
using Parley.Relay.Configuration;

namespace Parley.Relay.Keys;

/// <summary>The route keys as a file says them, read again when the file changes. What cannot be used leaves the keys as they were.</summary>
public sealed class KeysFile : IDisposable
{
    /// <summary>Sixteen keys and some remarks need no more bytes.</summary>
    public const int MaxLength = 64 * 1024;

    private readonly WatchedFile<RouteKeyRing> _file;

    /// <exception cref="RelayConfigurationException">The file cannot be used.</exception>
    public KeysFile(IFileContent content, TimeProvider time, Action<FileReload> reloaded) =>
        _file = new WatchedFile<RouteKeyRing>(content, Parse, time, reloaded);

    public RouteKeyRing Current => _file.Current;

    public FileReloads Reloads => _file.Reloads;

    public void Dispose() => _file.Dispose();

    private static RouteKeyRing Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            return RouteKeyRing.Parse(Encoding.UTF8.GetString(file.Span));
        }
        catch (FormatException exception)
        {
            throw new RelayConfigurationException(exception.Message, exception);
        }
    }
}
