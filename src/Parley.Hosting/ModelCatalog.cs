using Parley.Speech;

namespace Parley.Hosting;

/// <summary>Which models answer under which name. Immutable.</summary>
/// <param name="common">For every name that is not in <paramref name="named"/>. Null: calls are echoes.</param>
/// <param name="named">By the name that clients ask for.</param>
internal sealed class ModelCatalog(ModelSet? common, IReadOnlyDictionary<string, ModelSet> named)
{
    /// <summary>Models of the first name are those for every name that is none of these.</summary>
    public IEnumerable<string> Names => [CommonName, .. named.Keys];

    public IEnumerable<ModelSet> Sets => [.. common is null ? [] : new[] { common }, .. named.Values];

    public ModelSet? For(string name) => named.GetValueOrDefault(name) ?? common;

    /// <summary>What a session's <c>model</c> is when nobody names one.</summary>
    public const string CommonName = "parley";
}
