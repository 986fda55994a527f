using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Parley.Transceiver;

namespace Parley.Hosting.Endpoints;

/// <summary><c>GET /healthz</c>: whether the server takes calls, and what it has counted.</summary>
internal static class HealthEndpoint
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/healthz", [HttpMethods.Get, HttpMethods.Head], (CallTransceiver transceiver) => JsonAnswer.Of(json => Write(json, transceiver.Stats, transceiver.IsDraining)));

    private static void Write(Utf8JsonWriter json, TransceiverStats stats, bool isDraining)
    {
        json.WriteString("status", isDraining ? "draining" : "ok");
        json.WriteNumber("calls_open", stats.CallsOpen);
        json.WriteNumber("socket_calls_open", stats.SocketCallsOpen);
        json.WriteNumber("calls_waiting", stats.CallsWaiting);
        json.WriteNumber("calls_created", stats.CallsCreated);
        json.WriteNumber("calls_connected", stats.CallsConnected);
        json.WriteNumber("datagrams_received", stats.DatagramsReceived);
        json.WriteNumber("datagrams_sent", stats.DatagramsSent);
        json.WriteNumber("datagrams_dropped", stats.Drops.Values.Sum());
        WriteCounts(json, "drops", stats.Drops);
        json.WriteNumber("tcp_connections_open", stats.TcpConnectionsOpen);
        WriteCounts(json, "tcp", stats.Tcp);
        WriteCounts(json, "calls_closed", stats.CallsClosed);
        WriteCounts(json, "calls_refused", stats.CallsRefused);
        json.WriteNumber("faults", stats.Faults);
    }

    private static void WriteCounts<TReason>(Utf8JsonWriter json, string name, IReadOnlyDictionary<TReason, long> counts)
        where TReason : notnull
    {
        json.WriteStartObject(name);
        foreach (var (reason, count) in counts) json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()!), count);
        json.WriteEndObject();
    }
}
