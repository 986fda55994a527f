namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>Tests that share the server.</summary>
[CollectionDefinition(Name)]
public sealed class ClientServerGroup : ICollectionFixture<ClientServer>
{
    internal const string Name = "real clients";
}
