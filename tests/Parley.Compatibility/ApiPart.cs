namespace Parley.Compatibility;

/// <summary>A kind of thing that the API has; each is a table of the page.</summary>
public enum ApiPart
{
    Client,
    Endpoint,
    ClientEvent,
    ServerEvent,
    SessionField,
    ResponseField,
    Item,
}
