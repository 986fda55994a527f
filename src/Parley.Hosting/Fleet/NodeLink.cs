using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Hosting.Access;
using Parley.Hosting.Fleet.Wire;
using Parley.Transceiver;

namespace Parley.Hosting.Fleet;

/// <summary>The way to the node that owns a call: what is asked of it there, and what comes of that as this server would answer it.</summary>
internal sealed class NodeLink(CallId owner, GrpcChannel channel, NodeToken token, ILogger logger)
{
    /// <summary>More than a call's shard takes to answer an offer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly Calls.CallsClient _node = new(channel);

    /// <summary>Null: the node did not answer.</summary>
    public async Task<NewCallOutcome?> CreateAsync(NewCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await _node.CreateAsync(call, Headers(), DateTime.UtcNow + Patience, cancellationToken);
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested && exception.StatusCode != StatusCode.Cancelled)
        {
            HostingLog.NodeSilent(logger, owner.Node, exception.StatusCode);
            return null;
        }
    }

    /// <summary>False: there is no such call of this key. Null: the node did not answer.</summary>
    public async Task<bool?> HangUpAsync(string callId, ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            return (await _node.HangUpAsync(NameOf(callId, key), Headers(), DateTime.UtcNow + Patience, cancellationToken)).Found;
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested && exception.StatusCode != StatusCode.Cancelled)
        {
            HostingLog.NodeSilent(logger, owner.Node, exception.StatusCode);
            return null;
        }
    }

    /// <summary>Null: the node did not answer.</summary>
    public async Task<RenegotiateResult?> RenegotiateAsync(string callId, ApiKey key, string sdp, CancellationToken cancellationToken)
    {
        try
        {
            var offer = new Offer { Call = NameOf(callId, key), Sdp = sdp };
            var answer = await _node.RenegotiateAsync(offer, Headers(), DateTime.UtcNow + Patience, cancellationToken);
            return answer.OutcomeCase switch
            {
                Answer.OutcomeOneofCase.Sdp => new CallRenegotiated(answer.Sdp),
                Answer.OutcomeOneofCase.Refusal => new RenegotiationRefused(answer.Refusal.Code, answer.Refusal.Message),
                Answer.OutcomeOneofCase.Busy => new RenegotiationTimedOut(),
                _ => new NoSuchCall(),
            };
        }
        catch (RpcException exception) when (!cancellationToken.IsCancellationRequested && exception.StatusCode != StatusCode.Cancelled)
        {
            HostingLog.NodeSilent(logger, owner.Node, exception.StatusCode);
            return null;
        }
    }

    /// <summary>Null: the node did not answer. What is attached is disposed of when it is over, or not wanted.</summary>
    public async Task<RemoteSideband?> AttachAsync(string callId, ApiKey key, CancellationToken cancellationToken)
    {
        var call = _node.Attach(Headers(), cancellationToken: CancellationToken.None);
        try
        {
            await call.RequestStream.WriteAsync(new Chunk { Attach = NameOf(callId, key) }, cancellationToken);
            if (!await call.ResponseStream.MoveNext(cancellationToken).WaitAsync(Patience, cancellationToken) || call.ResponseStream.Current.Attached is not { } attached)
            {
                call.Dispose();
                return null;
            }
            return new RemoteSideband(attached, call);
        }
        catch (Exception exception) when (exception is RpcException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            call.Dispose();
            return null;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    public static ApiError Unreachable() =>
        ApiError.Unavailable("node_unreachable", "The server that has this call did not answer. Try again; the call itself may go on.");

    private static CallName NameOf(string callId, ApiKey key) => new() { CallId = callId, KeyId = key.Id };

    private Metadata Headers() => new() { { NodeToken.Header, token.Create(owner) } };
}
