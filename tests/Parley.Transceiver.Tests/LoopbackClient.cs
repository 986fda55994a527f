using System.Net;
using Parley.Net;
using Parley.Net.Tcp;
using Parley.Realtime;
using Parley.Rtc.Dtls;
using Parley.Transceiver.Caller;

namespace Parley.Transceiver.Tests;

/// <summary>A caller with a shard of its own that opens TCP connections, in a call from its making. Real sockets of the loopback interface.</summary>
internal sealed class LoopbackClient : IDisposable
{
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private static readonly CallConfig Echo = new() { Session = new RealtimeSessionConfig { CreatedAt = DateTimeOffset.UnixEpoch }, Models = null };

    private readonly DtlsCertificate _certificate = DtlsCertificate.Create(DateTimeOffset.UtcNow);
    private readonly VoiceCaller _caller;

    /// <param name="transceiver">Whom it calls.</param>
    /// <param name="editAnswer">What the client is shown of the answer; null: all.</param>
    /// <param name="message">What is sent on the data channel.</param>
    /// <param name="config">Null: an echo.</param>
    public LoopbackClient(CallTransceiver transceiver, Func<string, string>? editAnswer = null, string message = LoopbackCallerShard.Message, CallConfig? config = null)
    {
        var clock = new MonotonicClock(TimeProvider.System);
        Group = ShardGroup.Bind(new ShardGroupConfig { Local = new IPEndPoint(IPAddress.Loopback, 0), ShardCount = 1 }, clock);
        Group.AddTcp(new TcpConfig { MaxConnections = 8, ClosingTime = TimeSpan.FromMilliseconds(500) });
        _caller = new VoiceCaller(_certificate, TransportAddress.From(Group.LocalEndPoint), SystemRandomSource.Instance, clock.Now, connectsTcp: true);
        var created = Assert.IsType<CallCreated>(transceiver.CreateCall(_caller.OfferSdp, config ?? Echo));
        CallId = created.CallId;
        Answer = editAnswer?.Invoke(created.AnswerSdp) ?? created.AnswerSdp;
        Shard = new LoopbackCallerShard(_caller, message);
        Group.Start(_ => Shard);
        Group.Shards[0].TryPost(Answer);
    }

    public ShardGroup Group { get; }

    public LoopbackCallerShard Shard { get; }

    public string CallId { get; }

    public string Answer { get; }

    /// <summary>Waits for other threads; only a hang ends it without success.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Hang) throw new TimeoutException($"No {what}. {Shard.Fault}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        Group.Dispose();
        _caller.Dispose();
        _certificate.Dispose();
    }
}
