using System.Net;
using Parley.EndToEnd.Tests.Phones;

namespace Parley.EndToEnd.Tests.Compatibility;

/// <summary>Calls by WebRTC stacks that others made: each is understood and hears, over a network that does not keep still.</summary>
public sealed class StackTests(StackTests.Server shared, ITestOutputHelper output) : IClassFixture<StackTests.Server>
{
    private const string
        SpeechTo = "speech to Parley", SpeechFrom = "speech from Parley", EventsTo = "events to Parley", EventsFrom = "events from Parley",
        VideoRefused = "video refused", Interrupted = "2 s without network", Moved = "new address", Restarted = "ICE restart", OverTcp = "TCP alone",
        ProfileAsClient = "SRTP, Parley the DTLS client", ProfileAsServer = "SRTP, Parley the DTLS server",
        TransportCc = "transport-cc", Red = "RED", Snap = "SNAP";

    private static readonly string[] Columns =
        [SpeechTo, SpeechFrom, EventsTo, EventsFrom, VideoRefused, Interrupted, Moved, Restarted, OverTcp, ProfileAsClient, ProfileAsServer, TransportCc, Red, Snap];

    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Stacks => [.. PhoneKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_call_of_every_stack_is_understood_and_hears_the_answer(string name)
    {
        var kind = PhoneKind.Named(name);
        if (kind.NeedsOutwardAddress && OutwardAddress.Value is null) Assert.Skip($"{name} does not call over loopback, and this machine has no other address.");
        var cells = new Dictionary<string, string>();
        await using var phone = await Phone.StartAsync(kind, shared.Running.Url);
        using var path = new UdpPath(new IPEndPoint(Server.Address, shared.Running.UdpPort));

        var call = await PhoneCall.MakeAsync(phone, shared.Running, path);
        // Made means that an event of each side was answered by the other.
        cells[EventsTo] = cells[EventsFrom] = CompatibilityMatrix.Yes;
        Assert.Equal("What time is it?", await call.SayAsync(Phrase.Of("What time is it?", "en-gb")));
        cells[SpeechTo] = CompatibilityMatrix.Yes;
        var share = await call.HearAnswerAsync();
        Assert.True(share > 0.5, $"What was heard is not speech: {share:0.00}.");
        cells[SpeechFrom] = CompatibilityMatrix.Yes;
        Assert.False(path.Handshake.IsPhoneClient);
        cells[ProfileAsClient] = path.Handshake.SrtpProfile!;
        cells[TransportCc] = Answered(call, "transport-wide-cc-extensions-01");
        cells[Red] = Answered(call, " red/48000/2");
        cells[Snap] = Answered(call, "a=sctp-init:");

        path.Cut();
        await Task.Delay(Cut, TestContext.Current.CancellationToken);
        path.Mend();
        Assert.Equal("Count to ten.", await call.SayAsync(Phrase.Of("Count to ten.", "en-us")));
        cells[Interrupted] = CompatibilityMatrix.Yes;

        path.MoveAddresses();
        cells[Moved] = await IsUnderstoodAsync(call, "What is your name?");
        cells[Restarted] = kind.CanRestart ? await CanRestartAsync(call) : CompatibilityMatrix.NotThere;

        call = await PhoneCall.MakeAsync(phone, shared.Running, path, video: true, isPhoneDtlsClient: true);
        Assert.Contains("\r\nm=video 0 ", call.Answer, StringComparison.Ordinal);
        Assert.Equal("Flip a coin.", await call.SayAsync(Phrase.Of("Flip a coin.", "en-gb")));
        cells[VideoRefused] = CompatibilityMatrix.Yes;
        Assert.True(path.Handshake.IsPhoneClient);
        cells[ProfileAsServer] = path.Handshake.SrtpProfile!;

        cells[OverTcp] = kind.CanUseTcp ? await CanUseTcpAsync(phone) : CompatibilityMatrix.NotThere;

        var row = new CompatibilityRow { Stack = phone.Stack, Version = phone.Version, Cells = cells };
        foreach (var (column, cell) in cells) output.WriteLine($"{column}: {cell}");
        var matrix = CompatibilityMatrix.Read(CompatibilityMatrix.PagePath, Columns);
        Assert.Empty(matrix.ClaimsBeyond(row));
        matrix.Write(row);
    }

    private static async Task<string> CanRestartAsync(PhoneCall call)
    {
        try
        {
            await call.RestartIceAsync();
        }
        catch (HttpRequestException)
        {
            return CompatibilityMatrix.No;
        }
        return await IsUnderstoodAsync(call, "Tell me a joke.");
    }

    private async Task<string> CanUseTcpAsync(Phone phone)
    {
        try
        {
            return await IsUnderstoodAsync(await PhoneCall.MakeAsync(phone, shared.Running, path: null), "What is your name?");
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            return CompatibilityMatrix.No;
        }
    }

    private static async Task<string> IsUnderstoodAsync(PhoneCall call, string words)
    {
        try
        {
            Assert.Equal(words, await call.SayAsync(Phrase.Of(words, "en-us")));
            return CompatibilityMatrix.Yes;
        }
        catch (TimeoutException)
        {
            return CompatibilityMatrix.No;
        }
    }

    /// <summary>What the answer does not say was not agreed on.</summary>
    private static string Answered(PhoneCall call, string line) =>
        call.Answer.Contains(line, StringComparison.OrdinalIgnoreCase) ? CompatibilityMatrix.Yes
            : call.Offer.Contains(line, StringComparison.OrdinalIgnoreCase) ? CompatibilityMatrix.No : CompatibilityMatrix.NotThere;

    /// <summary>One server for all stacks.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal static IPAddress Address => OutwardAddress.Value ?? IPAddress.Loopback;

        internal ParleyServer Running { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Running = await ParleyServer.StartAtAsync(Address);

        public ValueTask DisposeAsync() => Running.DisposeAsync();
    }
}
