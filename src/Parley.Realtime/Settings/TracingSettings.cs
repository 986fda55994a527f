namespace Parley.Realtime.Settings;

/// <summary>The <c>tracing</c> field: kept and shown. This server keeps no traces.</summary>
/// <param name="MetadataJson">A JSON object, or null.</param>
public sealed record TracingSettings(string? WorkflowName, string? GroupId, string? MetadataJson)
{
    /// <summary><c>"auto"</c>.</summary>
    public static readonly TracingSettings Auto = new(null, null, null);
}
