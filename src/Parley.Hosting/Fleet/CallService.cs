using System.Net.WebSockets;
using Grpc.Core;
using Parley.Hosting.Access;
using Parley.Hosting.Fleet.Wire;
using Parley.Transceiver;

namespace Parley.Hosting.Fleet;

/// <summary>What other nodes ask for calls of this one. They have shown that they are nodes (<see cref="NodeDoor"/>); whose a call is, is judged here.</summary>
internal sealed class CallService(ApiKeys keys, CallLeases leases, CallTransceiver transceiver) : Calls.CallsBase
{
    /// <summary>An asking node names the call at once.</summary>
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(5);

    public override Task<HangUpOutcome> HangUp(CallName request, ServerCallContext context) =>
        Task.FromResult(new HangUpOutcome { Found = Owns(request) && transceiver.HangUp(request.CallId) });

    public override async Task<Answer> Renegotiate(Offer request, ServerCallContext context)
    {
        if (request.Call is not { } call || !Owns(call)) return new Answer();
        return await transceiver.RenegotiateAsync(call.CallId, request.Sdp, context.CancellationToken) switch
        {
            CallRenegotiated renegotiated => new Answer { Sdp = renegotiated.AnswerSdp },
            RenegotiationRefused refused => new Answer { Refusal = new Refusal { Code = refused.Code, Message = refused.Message } },
            RenegotiationTimedOut => new Answer { Busy = new Busy() },
            _ => new Answer(),
        };
    }

    public override async Task Attach(IAsyncStreamReader<Chunk> requestStream, IServerStreamWriter<Chunk> responseStream, ServerCallContext context)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(NamePatience);
        if (!await requestStream.MoveNext(patience.Token) || requestStream.Current.Attach is not { } call)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The first chunk names the call."));
        switch (Owns(call) ? transceiver.AttachSideband(call.CallId) : new NoCallToAttachTo())
        {
            case SidebandAttached attached:
                using (attached.Connection)
                {
                    await responseStream.WriteAsync(new Chunk { Attached = new Attached() }, context.CancellationToken);
                    await using var stream = new ChunkStream(requestStream, responseStream, context.GetHttpContext().Abort);
                    using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
                    await attached.Connection.RunAsync(socket);
                }
                break;
            case TooManySidebands tooMany:
                await responseStream.WriteAsync(new Chunk { Attached = new Attached { Limit = tooMany.Limit } }, context.CancellationToken);
                break;
            default:
                await responseStream.WriteAsync(new Chunk { Attached = new Attached { NotFound = new NotFound() } }, context.CancellationToken);
                break;
        }
    }

    private bool Owns(CallName call) => keys.TryFind(call.KeyId, out var key) && leases.Owns(key, call.CallId);
}
