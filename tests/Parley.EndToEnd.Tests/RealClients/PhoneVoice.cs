using OpenAI.Realtime;
using Parley.EndToEnd.Tests.Phones;

namespace Parley.EndToEnd.Tests.RealClients;

#pragma warning disable OPENAI002 // The package marks all of its realtime client as experimental.

/// <summary>The voice of a user who calls by WebRTC, while the .NET client stands beside the call.</summary>
internal sealed class PhoneVoice(Phone phone, UpdateLog log) : IVoice
{
    private readonly Dictionary<string, Phrase> _phrases =
        ClientProgram.Spoken.ToDictionary(phrase => phrase.Words, phrase => Phrase.Of(phrase.Words, phrase.Voice));

    public Task SayAsync(string words) => phone.SayAsync(_phrases[words]);

    public Task SoundBeganAsync(int mark) => log.AfterAsync<RealtimeServerUpdateOutputAudioBufferStarted>(mark);

    public Task PlayedAsync(string responseId) => log.AfterAsync<RealtimeServerUpdateOutputAudioBufferStopped>(0, stopped => stopped.ResponseId == responseId);
}
