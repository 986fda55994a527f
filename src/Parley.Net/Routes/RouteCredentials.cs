namespace Parley.Net.Routes;

/// <summary>The server's ICE credentials of one generation of a call.</summary>
/// <param name="Ufrag">The sealed route, in ICE's alphabet.</param>
/// <param name="Password">Derived from it, so that whoever has the keys can check a message's integrity with nothing stored.</param>
public readonly record struct RouteCredentials(string Ufrag, string Password)
{
    /// <summary>Who has these can speak as the server.</summary>
    public override string ToString() => "[credentials]";
}
