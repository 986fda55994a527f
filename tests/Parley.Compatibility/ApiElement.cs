namespace Parley.Compatibility;

/// <summary>One thing that the API has.</summary>
/// <param name="Part">The table that it stands in.</param>
/// <param name="Name">Unique in that table.</param>
/// <param name="Note">What a reader should know of it. Null: nothing.</param>
public sealed record ApiElement(ApiPart Part, string Name, string? Note = null);
