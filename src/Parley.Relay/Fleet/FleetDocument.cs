using System.Globalization;
using System.Net;
using System.Text.Json;
using Parley.Relay.Configuration;

namespace Parley.Relay.Fleet;

/// <summary>
/// Reads a fleet file: <c>{ "cluster": 1, "nodes": { "7": "10.0.0.7:4000", "8": { "inner": "10.0.0.8:4000", "api": "http://10.0.0.8:4001" } } }</c>.
/// Comments and trailing commas are fine; unknown keys, doubled ones and wrong kinds are errors that name the key.
/// </summary>
public static class FleetDocument
{
    /// <summary>Ten thousand transceivers need no more bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false, MaxDepth = 4,
    };

    /// <exception cref="RelayConfigurationException">The message names the key and says what is expected.</exception>
    public static FleetSnapshot Parse(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file, Lenient);
            return Read(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new RelayConfigurationException($"no JSON: {exception.Message}", exception);
        }
    }

    private static FleetSnapshot Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new RelayConfigurationException("an object with \"cluster\" and \"nodes\" is expected.");
        ushort? cluster = null;
        JsonElement? nodes = null;
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "cluster":
                    cluster = Number(property.Value);
                    break;
                case "nodes" when property.Value.ValueKind == JsonValueKind.Object:
                    nodes = property.Value;
                    break;
                case "nodes":
                    throw new RelayConfigurationException("nodes: an object of transceivers by their numbers is expected.");
                default:
                    throw new RelayConfigurationException($"{property.Name}: this key is not known; known are cluster, nodes.");
            }
        }
        if (cluster is not { } number) throw new RelayConfigurationException("cluster: the number of the cluster, 0 to 65535, is missing.");
        if (nodes is not { } given) throw new RelayConfigurationException("nodes: the transceivers by their numbers are missing.");
        return new FleetSnapshot(number, ReadNodes(number, given));
    }

    private static List<FleetNode> ReadNodes(ushort cluster, JsonElement nodes)
    {
        var read = new List<FleetNode>();
        var addresses = new Dictionary<TransportAddress, string>();
        foreach (var property in nodes.EnumerateObject())
        {
            if (!ushort.TryParse(property.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || property.Name != number.ToString(CultureInfo.InvariantCulture))
                throw new RelayConfigurationException($"nodes.{property.Name}: a transceiver's number, 0 to 65535, is expected as key.");
            var node = ReadNode(cluster, number, property.Value);
            if (!addresses.TryAdd(node.Inner, property.Name))
                throw new RelayConfigurationException($"nodes.{property.Name}: node {addresses[node.Inner]} has the same address already.");
            read.Add(node);
        }
        return read;
    }

    private static FleetNode ReadNode(ushort cluster, ushort number, JsonElement value)
    {
        var key = $"nodes.{number}";
        if (value.ValueKind == JsonValueKind.String) return new FleetNode(cluster, number, Address(key, value), Api: null);
        if (value.ValueKind != JsonValueKind.Object)
            throw new RelayConfigurationException($"{key}: an address such as \"10.0.0.7:4000\" is expected, or an object with inner and api.");
        TransportAddress? inner = null;
        Uri? api = null;
        foreach (var property in value.EnumerateObject())
        {
            switch (property.Name)
            {
                case "inner":
                    inner = Address($"{key}.inner", property.Value);
                    break;
                case "api":
                    api = Url($"{key}.api", property.Value);
                    break;
                default:
                    throw new RelayConfigurationException($"{key}.{property.Name}: this key is not known; known are inner, api.");
            }
        }
        return new FleetNode(cluster, number, inner ?? throw new RelayConfigurationException($"{key}.inner: the address of the inner protocol is missing."), api);
    }

    private static TransportAddress Address(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && EndPointText.TryParse(value.GetString(), out var endPoint) && endPoint.Port > 0 && !IsAny(endPoint.Address)
            ? TransportAddress.From(endPoint)
            : throw new RelayConfigurationException($"{key}: an IP address with a port such as \"10.0.0.7:4000\" or \"[fd00::7]:4000\" is expected.");

    private static Uri Url(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new RelayConfigurationException($"{key}: a URL such as \"http://10.0.0.7:4001\" is expected.");

    private static ushort Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetUInt16(out var number)
            ? number
            : throw new RelayConfigurationException("cluster: a number from 0 to 65535 is expected.");

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
