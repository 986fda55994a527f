using System.Net;
using System.Text;
using Parley.Net;
using Parley.Net.Routes;

namespace Parley.Relay.Tests;

/// <summary>A folder with the two files of a relay, as an operator writes them.</summary>
internal sealed class RelayFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parley-relay-");

    public RelayFiles()
    {
        Ring = RouteKeyRing.Create(SystemRandomSource.Instance, TimeProvider.System.GetUtcNow());
        RouteKeyFile.Save(Keys, Ring);
    }

    public RouteKeyRing Ring { get; }

    public string Keys => Path.Combine(_folder.FullName, "keys");

    public string Fleet => Path.Combine(_folder.FullName, "fleet.json");

    public void WriteFleet(ushort cluster, ushort node, IPEndPoint inner) =>
        File.WriteAllBytes(Fleet, Encoding.UTF8.GetBytes($$"""{ "cluster": {{cluster}}, "nodes": { "{{node}}": "{{inner}}" } }"""));

    /// <summary>Adds a key that seals at once, and gives the ring with it.</summary>
    public RouteKeyRing Rotate()
    {
        var ring = Ring.Rotate(SystemRandomSource.Instance, TimeProvider.System.GetUtcNow(), lead: TimeSpan.Zero, overlap: TimeSpan.FromHours(1));
        RouteKeyFile.Save(Keys, ring);
        return ring;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
