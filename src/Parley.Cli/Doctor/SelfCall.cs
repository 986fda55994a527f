using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Net;
using Parley.Realtime;
using Parley.Rtc;
using Parley.Rtc.Dtls;
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

    /// <summary>Peak of a frame from which it counts as sound, of 32768.</summary>
    private const int Audible = 1000;

    public static async Task<Finding> MakeAsync(CancellationToken cancellationToken)
    {
        const string name = "self-call";
        try
        {
            var models = ModelSetFactory.Create(SpeechConfig.Embedded, TimeProvider.System, () => new PhraseRecognizer());
            var local = new IPEndPoint(IPAddress.Loopback, 0);
            await using var transceiver = CallTransceiver.Start(
                new TransceiverConfig { Local = local, Advertised = [local] }, TimeProvider.System, NullLoggerFactory.Instance);
            var session = new RealtimeSessionConfig { CreatedAt = TimeProvider.System.GetUtcNow() };
            return Run(transceiver, new CallConfig { Session = session, Models = models }, cancellationToken) is var (connected, heard)
                ? new Finding(name, FindingStatus.Ok, $"connected in {connected.TotalMilliseconds:0} ms; a question was answered by voice after {heard.TotalMilliseconds:0} ms")
                : new Finding(name, FindingStatus.Missing, $"no spoken answer within {Limit.TotalSeconds:0} s", "Run `parley serve` and look at its log.");
        }
        catch (Exception exception) when (exception is SocketException or DllNotFoundException or SpeechException or InvalidOperationException)
        {
            return new Finding(name, FindingStatus.Missing, exception.Message, "Mend what is missing above, then run this again.");
        }
    }

    /// <summary>Times from the offer to the connection, and from the question to the first sound; null when the limit passes first.</summary>
    private static (TimeSpan Connected, TimeSpan Heard)? Run(CallTransceiver transceiver, CallConfig config, CancellationToken cancellationToken)
    {
        var clock = new MonotonicClock(TimeProvider.System);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var certificate = DtlsCertificate.Create(TimeProvider.System.GetUtcNow());
        var start = clock.Now;
        using var caller = new VoiceCaller(certificate, TransportAddress.From((IPEndPoint)socket.LocalEndPoint!), SystemRandomSource.Instance, start);
        if (transceiver.CreateCall(caller.OfferSdp, config) is not CallCreated created) return null;
        if (!caller.TryAcceptAnswer(created.AnswerSdp, clock.Now, out _)) return null;

        Instant connected = Instant.Never, asked = Instant.Never;
        var buffer = new byte[1500];
        var sound = new short[VoiceCaller.SampleRate * 120 / 1000];
        while (clock.Now - start < Limit)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (caller.TryPollTransmit(buffer, out var transmit))
                socket.SendTo(buffer.AsSpan(0, transmit.Length), transmit.Destination.ToEndPoint());
            if (connected.IsNever && caller.State == PeerState.Connected) connected = clock.Now;
            if (asked.IsNever && caller.IsChannelOpen && TryAsk(caller, clock.Now)) asked = clock.Now;
            while (caller.TryPollEvent(out _)) { }
            while (caller.TryPollHeard(clock.Now, sound, out var length, out _))
                if (!asked.IsNever && IsAudible(sound.AsSpan(0, length)))
                {
                    transceiver.HangUp(created.CallId);
                    return (connected - start, clock.Now - asked);
                }
            Receive(socket, caller, clock, buffer);
        }
        return null;
    }

    private static void Receive(Socket socket, VoiceCaller caller, MonotonicClock clock, byte[] buffer)
    {
        var wait = caller.NextDeadline.At.IsNever ? Limit : caller.NextDeadline.At - clock.Now;
        if (wait > TimeSpan.Zero && socket.Poll(wait < Limit ? wait : Limit, SelectMode.SelectRead))
        {
            EndPoint source = new IPEndPoint(IPAddress.Any, 0);
            var length = socket.ReceiveFrom(buffer, ref source);
            caller.HandleDatagram(new Datagram(buffer.AsSpan(0, length), TransportAddress.From((IPEndPoint)source)), clock.Now);
        }
        if (caller.NextDeadline.IsDue(clock.Now)) caller.HandleTimeout(clock.Now);
    }

    private static bool TryAsk(VoiceCaller caller, Instant now) =>
        caller.TrySendEvent("""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"Count to ten."}]}}"""u8, now)
        && caller.TrySendEvent("""{"type":"response.create"}"""u8, now);

    private static bool IsAudible(ReadOnlySpan<short> frame)
    {
        foreach (var sample in frame)
            if (Math.Abs((int)sample) >= Audible) return true;
        return false;
    }
}
