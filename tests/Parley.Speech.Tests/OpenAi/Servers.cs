using Parley.Speech.OpenAi;

namespace Parley.Speech.Tests.OpenAi;

/// <summary>Connections to a server of the test.</summary>
internal static class Servers
{
    public const string Key = "sk-secret-0123456789";

    public static OpenAiConnection Connect(Uri url, string path, string? key = null, TimeProvider? time = null) =>
        new(new OpenAiEndpoint(url, "the-model", path, "SOME_KEY", key), time ?? TimeProvider.System, TimeSpan.Zero, TimeSpan.Zero);
}
