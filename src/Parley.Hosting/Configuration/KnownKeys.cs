using System.Text.Json;

namespace Parley.Hosting.Configuration;

/// <summary>Finds keys that nobody knows, at any depth: a slip of the pen is an error, not a setting without effect.</summary>
internal static class KnownKeys
{
    /// <param name="type">The options that the value is read as: its properties are the keys.</param>
    /// <exception cref="ConfigurationException">With the key and those that there are.</exception>
    public static void Check(JsonElement value, Type type, string path)
    {
        if (value.ValueKind == JsonValueKind.Array && type.IsGenericType)
        {
            foreach (var (index, item) in value.EnumerateArray().Index()) Check(item, type.GetGenericArguments()[0], $"{path}[{index}]");
            return;
        }
        // What is no object where one is needed, or the other way round, is told by whoever reads it.
        if (value.ValueKind != JsonValueKind.Object || type.Namespace != typeof(KnownKeys).Namespace) return;
        var known = type.GetProperties().ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), property => property.PropertyType);
        foreach (var property in value.EnumerateObject())
        {
            if (!known.TryGetValue(property.Name, out var propertyType))
                throw new ConfigurationException($"{path}: unknown key '{property.Name}'. Known are: {string.Join(", ", known.Keys)}.");
            Check(property.Value, propertyType, $"{path}.{property.Name}");
        }
    }
}
