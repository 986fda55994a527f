using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Grpc.Core;
using Parley.Hosting.Access;
using Parley.Hosting.Configuration;
using Parley.Hosting.Endpoints;
using Parley.Hosting.Fleet.Wire;
using Parley.Transceiver;

namespace Parley.Hosting.Fleet;

/// <summary>What other nodes ask for calls of this one. They have shown that they are nodes (<see cref="NodeDoor"/>); whose a call is, is judged here.</summary>
internal sealed class CallService(ApiKeys keys, CallLeases leases, CallDesk desk, CallTransceiver transceiver, NodeConfig self) : Calls.CallsBase
{
    /// <summary>An asking node names the call at once.</summary>
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(5);

    public override Task<NewCallOutcome> Create(NewCall request, ServerCallContext context) => Task.FromResult(
        TryCreate(request, out var created, out var refusal)
            ? new NewCallOutcome { Created = new NewCallCreated { CallId = created.CallId, Sdp = created.AnswerSdp } }
            : new NewCallOutcome { Error = CallWire.Write(refusal) });

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

    private bool TryCreate(NewCall request, [NotNullWhen(true)] out CallCreated? created, [NotNullWhen(false)] out ApiError? refusal)
    {
        created = null;
        if (!CallWire.TryReadCaller(request, keys, out var caller))
        {
            refusal = ApiError.Unauthorized("This API key is not known at the server that was to get the call.");
            return false;
        }
        if (!desk.TryPrepare(caller, CallWire.Read(request.Session), request.Model, out var call, out refusal)) return false;
        var ready = call with
        {
            Owner = caller.Owner,
            NegotiatedChannelId = request.HasChannelId ? (ushort)request.ChannelId : null,
            Candidates = IngressChoice.For(request.Region, CallWire.ReadClientAddress(request), self),
        };
        return desk.TryCreate(caller, request.Sdp, ready, out created, out refusal);
    }

    private bool Owns(CallName call) => keys.TryFind(call.KeyId, out var key) && leases.Owns(key, call.CallId);
}
