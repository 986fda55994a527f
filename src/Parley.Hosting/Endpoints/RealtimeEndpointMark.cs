namespace Parley.Hosting.Endpoints;

/// <summary>On each endpoint that makes or changes calls, or tells of them.</summary>
internal sealed class RealtimeEndpointMark;
