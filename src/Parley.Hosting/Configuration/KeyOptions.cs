namespace Parley.Hosting.Configuration;

/// <summary>One API key, by its hash.</summary>
public sealed record KeyOptions
{
    /// <summary>For people: who has it.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Null: <see cref="ServerOptions.Limits"/>.</summary>
    public KeyLimits? Limits { get; init; }
}
