using System.Buffers;
using System.Text.Json;
using Parley.Conversation;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Settings;

/// <summary>Reads a <c>tools</c> entry of the type <c>mcp</c>.</summary>
internal static class McpToolReader
{
    public const int MaxLabelLength = 64;
    private const int MaxUrlLength = 2048;
    private const int MaxSecretLength = 8192;
    private const int MaxHeaders = 32;
    private const int MaxNames = 256;
    private const int MaxToolNameLength = 256;
    private const int MaxDescriptionLength = 4096;

    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> LabelCharacters =
        SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>They belong to the connection, or to the protocol that is spoken over it.</summary>
    private static readonly string[] ReservedHeaders =
        ["host", "connection", "content-length", "content-type", "transfer-encoding", "te", "trailer", "upgrade", "expect", "accept", "mcp-session-id", "mcp-protocol-version"];

    public static McpToolSettings Read(JsonElement tool, string path, FieldReader fields)
    {
        var label = fields.RequiredText(tool, "server_label", $"{path}.server_label", MaxLabelLength);
        if (label.Length == 0 || label.AsSpan().ContainsAnyExcept(LabelCharacters))
            fields.Refuse($"{path}.server_label", "invalid_value", $"Invalid '{path}.server_label': expected letters, digits, '-' and '_'.");
        RefuseConnectors(tool, path, fields);
        var url = ReadUrl(tool, path, fields);
        var authorization = fields.OptionalText(tool, "authorization", $"{path}.authorization", MaxSecretLength);
        if (authorization is not null) RefuseControls(authorization, $"{path}.authorization", fields);
        var headers = ReadHeaders(tool, path, fields);
        if (authorization is not null && headers.Exists(header => header.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase)))
            fields.Refuse($"{path}.headers", "invalid_value", $"Invalid '{path}': authorization is given both by itself and as a header. Keep one.");

        var read = new McpToolSettings(new McpServer(label, url, authorization, headers))
        {
            Description = fields.OptionalText(tool, "server_description", $"{path}.server_description", MaxDescriptionLength),
        };
        if (tool.TryGetProperty("allowed_tools", out var allowed) && allowed.ValueKind != JsonValueKind.Null)
            read = read with { Allowed = ReadFilter(allowed, $"{path}.allowed_tools", fields) };
        if (tool.TryGetProperty("require_approval", out var approval)) read = read with { Approval = ReadApproval(approval, $"{path}.require_approval", fields) };
        foreach (var property in tool.EnumerateObject())
            if (!Known.Contains(property.Name)) fields.RefuseUnknown($"{path}.{property.Name}");
        return read;
    }

    private static void RefuseConnectors(JsonElement tool, string path, FieldReader fields)
    {
        foreach (var name in (ReadOnlySpan<string>)["connector_id", "tunnel_id", "allowed_callers", "defer_loading"])
            if (tool.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False))
                fields.Refuse($"{path}.{name}", "unsupported_parameter", name == "connector_id"
                    ? "Connectors exist at OpenAI only: give the server_url of an MCP server."
                    : $"'{path}.{name}' is not supported here.");
    }

    private static Uri ReadUrl(JsonElement tool, string path, FieldReader fields)
    {
        var param = $"{path}.server_url";
        var text = fields.RequiredText(tool, "server_url", param, MaxUrlLength);
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
        {
            if (url.UserInfo.Length > 0)
                fields.Refuse(param, "invalid_value", $"Invalid '{param}': a user name or password does not belong into the address. Use authorization or headers.");
            return url;
        }
        fields.Refuse(param, "invalid_value", $"Invalid '{param}': expected an address such as https://example.com/mcp.");
        return new Uri("https://invalid.invalid/");
    }

    private static List<KeyValuePair<string, string>> ReadHeaders(JsonElement tool, string path, FieldReader fields)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (!tool.TryGetProperty("headers", out var value) || value.ValueKind == JsonValueKind.Null || !fields.IsObject(value, $"{path}.headers")) return headers;
        foreach (var property in value.EnumerateObject())
        {
            if (fields.Error is not null) break;
            var param = $"{path}.headers.{property.Name}";
            if (headers.Count == MaxHeaders) fields.Refuse($"{path}.headers", "array_above_max_length", $"At most {MaxHeaders} headers are accepted.");
            if (property.Name.Length is 0 or > MaxToolNameLength || property.Name.AsSpan().ContainsAnyExcept(TokenCharacters))
                fields.Refuse($"{path}.headers", "invalid_value", $"Invalid '{path}.headers': a header's name has letters, digits and some signs.");
            else if (ReservedHeaders.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
                fields.Refuse(param, "invalid_value", $"Invalid '{param}': this header is set by the connection itself.");
            var text = fields.Text(property.Value, param, MaxSecretLength);
            RefuseControls(text, param, fields);
            headers.Add(new KeyValuePair<string, string>(property.Name, text));
        }
        return headers;
    }

    private static void RefuseControls(string text, string param, FieldReader fields)
    {
        foreach (var character in text)
            if (character is < ' ' or > '~') fields.Refuse(param, "invalid_value", $"Invalid '{param}': only printable ASCII characters travel in a header.");
    }

    private static McpToolFilter ReadFilter(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Array) return new McpToolFilter(ReadNames(value, param, fields));
        if (!fields.IsObject(value, param)) return new McpToolFilter([]);
        var filter = new McpToolFilter(Names: null);
        foreach (var property in value.EnumerateObject())
        {
            var field = $"{param}.{property.Name}";
            switch (property.Name)
            {
                case "tool_names":
                    filter = filter with { Names = ReadNames(property.Value, field, fields) };
                    break;
                case "read_only":
                    filter = filter with { IsReadOnly = fields.Boolean(property.Value, field) };
                    break;
                default:
                    fields.RefuseUnknown(field);
                    break;
            }
        }
        return filter;
    }

    private static List<string> ReadNames(JsonElement value, string param, FieldReader fields)
    {
        if (!fields.IsArray(value, param)) return [];
        if (value.GetArrayLength() > MaxNames) fields.Refuse(param, "array_above_max_length", $"At most {MaxNames} names are accepted.");
        return fields.Error is null ? [.. value.EnumerateArray().Select((name, i) => fields.Text(name, $"{param}[{i}]", MaxToolNameLength))] : [];
    }

    private static McpApproval ReadApproval(JsonElement value, string param, FieldReader fields)
    {
        if (value.ValueKind == JsonValueKind.Null) return McpApproval.Always;
        if (value.ValueKind == JsonValueKind.String) return fields.Choice(value, param, ("always", McpApproval.Always), ("never", McpApproval.Never));
        if (!fields.IsObject(value, param)) return McpApproval.Always;
        var approval = new McpApproval(null, null);
        foreach (var property in value.EnumerateObject())
        {
            var field = $"{param}.{property.Name}";
            if (property.Name is not ("always" or "never")) fields.RefuseUnknown(field);
            if (property.Value.ValueKind == JsonValueKind.Null || fields.Error is not null) continue;
            var filter = ReadFilter(property.Value, field, fields);
            approval = property.Name == "always" ? approval with { AlwaysFor = filter } : approval with { NeverFor = filter };
        }
        return approval;
    }

    private static readonly string[] Known =
    [
        "type", "server_label", "server_url", "server_description", "authorization", "headers", "allowed_tools", "require_approval",
        "connector_id", "tunnel_id", "allowed_callers", "defer_loading",
    ];
}
