using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Realtime;
using Parley.Speech;
using Parley.Speech.Embedded;
using Parley.Speech.Options;
using Parley.Transceiver;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Doctor;

/// <summary>A whole call over loopback, in this process: handshake, a typed question, a spoken answer of the embedded models.</summary>
internal static class SelfCall
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task<Finding> MakeAsync(CancellationToken cancellationToken)
    {
        const string name = "self-call";
        try
        {
            var models = ModelSetFactory.Create(SpeechConfig.Embedded, TimeProvider.System, () => new PhraseRecognizer());
            var local = new IPEndPoint(IPAddress.Loopback, 0);
            await using var transceiver = CallTransceiver.Start(
                new TransceiverConfig { Local = local, Advertised = [local] }, TimeProvider.System, NullLoggerFactory.Instance);
            var config = new CallConfig { Session = new RealtimeSessionConfig { CreatedAt = TimeProvider.System.GetUtcNow() }, Models = models };
            var report = await Transceiver.Caller.SelfCall.RunAsync(
                (offer, _) => Task.FromResult(Answer(transceiver.CreateCall(offer, config))), "Count to ten.", Limit, TimeProvider.System, cancellationToken);
            return report is { Connected: { } connected, SessionCreated: { } asked, FirstSound: { } heard }
                ? new Finding(name, FindingStatus.Ok, $"connected in {connected.TotalMilliseconds:0} ms; a question was answered by voice after {(heard - asked).TotalMilliseconds:0} ms")
                : new Finding(name, FindingStatus.Missing, report.Error ?? $"no spoken answer within {Limit.TotalSeconds:0} s", "Run `parley serve` and look at its log.");
        }
        catch (Exception exception) when (exception is SocketException or DllNotFoundException or SpeechException or InvalidOperationException)
        {
            return new Finding(name, FindingStatus.Missing, exception.Message, "Mend what is missing above, then run this again.");
        }
    }

    private static string Answer(CreateCallResult result) => result switch
    {
        CallCreated created => created.AnswerSdp,
        CallRefused refused => throw new InvalidOperationException(refused.Message),
        _ => throw new InvalidOperationException("The call was not created."),
    };
}
