using Parley.Compatibility;

namespace Parley.Architecture.Tests;

/// <summary>One test that shows one thing of the API.</summary>
/// <param name="Test">Class and method.</param>
/// <param name="Partly">What of it does not work. Null: all of it works.</param>
internal sealed record Showing(ApiPart Part, string Name, string Test, string? Partly);
