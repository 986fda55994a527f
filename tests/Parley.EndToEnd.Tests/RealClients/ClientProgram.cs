using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Voices;

namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>A program in <c>clients/</c>, run to its end.</summary>
internal static class ClientProgram
{
    /// <summary>What <c>clients/conversation.mjs</c> says, and in whose voice: espeak-ng's, which no template of the recogniser comes from.</summary>
    public static readonly (string Words, string Voice)[] Spoken =
        [("What time is it?", "en-gb"), ("Tell me a story.", "en-gb"), ("Count to ten.", "en-us")];

    /// <summary>A conversation takes about 20 s; each of its waits fails after 30 s and says what it waited for.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static string Folder => Path.Combine(Checkout.Root, "tests", "Parley.EndToEnd.Tests", "clients");

    /// <param name="program">The file's name.</param>
    /// <param name="server">The server's address.</param>
    /// <param name="sampleRate">Of the phrases that the program says, Hz.</param>
    /// <param name="trusted">The server's certificate, where nobody else vouches for it.</param>
    /// <param name="more">Arguments of this program alone.</param>
    public static Task<ClientReport> RunAsync(string program, Uri server, int sampleRate, TestCertificate? trusted = null, params string[] more) =>
        RunAsync((name, arguments) => (name, arguments), program, server, sampleRate, trusted, more);

    /// <summary>The same, where <paramref name="beside"/> makes programs run.</summary>
    public static async Task<ClientReport> RunAsync(
        Func<string, IEnumerable<string>, (string Program, IEnumerable<string> Arguments)> beside, string program, Uri server, int sampleRate, TestCertificate? trusted = null,
        params string[] more)
    {
        var name = Path.GetFileNameWithoutExtension(program);
        var phrases = Checkout.Artifact($"{name}-phrases.json");
        await File.WriteAllTextAsync(phrases, Phrases(sampleRate), TestContext.Current.CancellationToken);
        string[] trust = trusted is null ? [] : [$"NODE_EXTRA_CA_CERTS={trusted.CertificatePath}"];
        string[] arguments = [.. trust, "node", program, "--url", server.ToString(), "--key", ClientServer.Key, "--phrases", phrases, .. more];
        var (launcher, all) = beside("env", arguments);
        var output = await ChildProcess.RunAsync(launcher, all, Limit, Folder);
        using var json = JsonDocument.Parse(output);
        return new ClientReport(name, json.RootElement.Clone());
    }

    private static string Phrases(int sampleRate) => JsonSerializer.Serialize(Spoken.ToDictionary(
        phrase => phrase.Words,
        phrase => MemoryMarshal.AsBytes(Espeak.Speak(phrase.Words, new EspeakVoice(phrase.Voice), sampleRate).AsSpan()).ToArray()));
}
