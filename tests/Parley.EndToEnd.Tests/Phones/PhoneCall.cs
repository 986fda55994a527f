using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Parley.EndToEnd.Tests.Phones;

/// <summary>One call of a phone to the server, over a UDP path between them, or over TCP.</summary>
internal sealed partial class PhoneCall
{
    /// <summary>Asks for what this test listens for: the words that were understood.</summary>
    private const string Transcribe =
        """{"type":"session.update","session":{"type":"realtime","audio":{"input":{"transcription":{"model":"default"}}}}}""";

    private readonly Phone _phone;
    private readonly ParleyServer _server;
    private readonly UdpPath? _path;
    private readonly string _location;

    private PhoneCall(Phone phone, ParleyServer server, UdpPath? path, string location, string offer, string answer)
    {
        _phone = phone;
        _server = server;
        _path = path;
        _location = location;
        Offer = offer;
        Answer = answer;
    }

    public string Offer { get; }

    public string Answer { get; private set; }

    /// <summary>Offers, answers, and waits until an event of each side has arrived at the other.</summary>
    /// <param name="phone">Who calls.</param>
    /// <param name="server">Who is called.</param>
    /// <param name="path">The only way to the server that the phone is shown; null: its TCP port is.</param>
    /// <param name="video">Whether video is offered, too.</param>
    /// <param name="isPhoneDtlsClient">Whether the offer claims the role of the DTLS client, rather than to leave the choice.</param>
    public static async Task<PhoneCall> MakeAsync(
        Phone phone, ParleyServer server, UdpPath? path, bool video = false, bool isPhoneDtlsClient = false)
    {
        path?.BeginCall();
        var offer = await phone.OfferAsync(video);
        if (isPhoneDtlsClient) offer = offer.Replace("a=setup:actpass", "a=setup:active", StringComparison.Ordinal);
        var (answer, location) = await PostAsync(server, "v1/realtime/calls", offer);
        var call = new PhoneCall(phone, server, path, location!, offer, answer);
        await phone.AnswerAsync(call.ByPath(answer));
        await phone.EventAsync("session.created");
        await phone.SendAsync(Transcribe);
        await phone.EventAsync("session.updated");
        return call;
    }

    /// <summary>Says it and returns what the server understood.</summary>
    public async Task<string> SayAsync(Phrase phrase)
    {
        await _phone.SayAsync(phrase);
        var understood = await _phone.EventAsync("conversation.item.input_audio_transcription.completed");
        return understood.GetProperty("transcript").GetString()!;
    }

    /// <summary>Waits for the end of the answer and returns how much of what the phone heard is speech, 0…1.</summary>
    public async Task<double> HearAnswerAsync()
    {
        await _phone.EventAsync("output_audio_buffer.stopped");
        var heard = await _phone.HeardAsync();
        return heard.Sounds().Count == 0 ? 0 : heard.SpeechShare(0, heard.Seconds);
    }

    public async Task RestartIceAsync()
    {
        var offer = await _phone.RestartAsync();
        var (answer, _) = await PostAsync(_server, _location, offer);
        await _phone.AnswerAsync(ByPath(answer));
        Answer = answer;
    }

    /// <summary>The answer with the path's near end as the server's only address, or with its TCP address alone.</summary>
    private string ByPath(string answer) => _path is null
        ? Candidate("udp").Replace(answer, "")
        : UdpCandidate().Replace(Candidate("tcp").Replace(answer, ""), $"$1 {_path.LocalEndPoint.Address} {_path.LocalEndPoint.Port} ");

    private static Regex Candidate(string protocol) => new($"^a=candidate:\\S+ 1 {protocol} .*\r\n", RegexOptions.Multiline | RegexOptions.IgnoreCase);

    private static async Task<(string Answer, string? Location)> PostAsync(ParleyServer server, string path, string offer)
    {
        using var client = server.CreateClient();
        using var content = new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));
        using var response = await client.PostAsync(path, content, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"POST {path}: {body}", null, response.StatusCode);
        return (body, response.Headers.Location?.ToString().TrimStart('/'));
    }

    [GeneratedRegex(@"^(a=candidate:\S+ 1 udp \d+) \S+ \d+ ", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex UdpCandidate();
}
