using System.Net.WebSockets;
using Grpc.Core;
using Parley.Hosting.Fleet.Wire;
using Parley.Transceiver.Sockets;

namespace Parley.Hosting.Fleet;

/// <summary>A sideband of a call that another node owns: asked for, and then run once on the client's WebSocket, or disposed of.</summary>
internal sealed class RemoteSideband(Attached attached, AsyncDuplexStreamingCall<Chunk, Chunk> call) : IDisposable
{
    /// <summary>Null: it is attached.</summary>
    public Attached? Refusal => attached.RefusalCase == Attached.RefusalOneofCase.None ? null : attached;

    public async Task RunAsync(WebSocket client, SocketLimits limits, TimeProvider time)
    {
        await using var stream = new ChunkStream(call.ResponseStream, call.RequestStream, call.Dispose);
        using var node = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });
        await SocketBridge.RunAsync(client, node, limits, time);
    }

    public void Dispose() => call.Dispose();
}
