using System.Runtime.InteropServices;
using OpenAI.Realtime;
using Parley.Voices;

namespace Parley.EndToEnd.Tests.RealClients;

#pragma warning disable OPENAI002 // The package marks all of its realtime client as experimental.

/// <summary>
/// The voice of a user whose audio travels in the events: a microphone that is always on, and a loudspeaker that takes its time
/// and, when the user speaks over it, tells the server how much was heard. PCM of 24 kHz.
/// </summary>
internal sealed class SocketVoice(RealtimeSessionClient session, UpdateLog log) : IVoice
{
    private const int SampleRate = 24_000;
    private const int FrameLength = SampleRate / 50;

    private readonly Lock _lock = new();
    private readonly List<byte> _received = [];
    private short[] _queue = [];
    private TaskCompletionSource? _said;
    private long _began;
    private TimeSpan _length;
    private string _playing = "";

    /// <summary>Everything that came, played or not.</summary>
    public SideRecording Heard
    {
        get
        {
            lock (_lock) return new SideRecording(SampleRate, MemoryMarshal.Cast<byte, short>(CollectionsMarshal.AsSpan(_received)).ToArray());
        }
    }

    /// <summary>Sends a frame for every 20 ms that have passed, however late the timer is.</summary>
    public async Task SpeakAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var began = TimeProvider.System.GetTimestamp();
        for (var sent = 0; await timer.WaitForNextTickAsync(cancellation);)
            for (; TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(20 * sent); sent++)
                await session.SendInputAudioAsync(BinaryData.FromBytes(NextFrame()), cancellation);
    }

    public Task SayAsync(string words)
    {
        var voice = ClientProgram.Spoken.Single(phrase => phrase.Words == words).Voice;
        lock (_lock)
        {
            _queue = Espeak.Speak(words, new EspeakVoice(voice), SampleRate);
            _said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _said.Task;
        }
    }

    public Task SoundBeganAsync(int mark) => log.AfterAsync<RealtimeServerUpdateResponseOutputAudioDelta>(mark);

    public async Task PlayedAsync(string responseId)
    {
        while (Left() is var left && left > TimeSpan.Zero) await Task.Delay(left, TestContext.Current.CancellationToken);
    }

    /// <summary>Plays what comes; falls silent when the user speaks.</summary>
    public async Task HeedAsync(RealtimeServerUpdate update)
    {
        if (update is RealtimeServerUpdateResponseOutputAudioDelta delta) Play(delta);
        if (update is RealtimeServerUpdateInputAudioBufferSpeechStarted && Left() > TimeSpan.Zero)
            await session.TruncateItemAsync(_playing, 0, Stop(), TestContext.Current.CancellationToken);
    }

    private void Play(RealtimeServerUpdateResponseOutputAudioDelta delta)
    {
        var audio = delta.Delta.ToArray();
        lock (_lock)
        {
            if (Left() <= TimeSpan.Zero) (_began, _length) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
            _length += TimeSpan.FromSeconds(audio.Length / 2.0 / SampleRate);
            _playing = delta.ItemId;
            _received.AddRange(audio);
        }
    }

    /// <summary>Throws away what is not yet played; returns how much was.</summary>
    private TimeSpan Stop()
    {
        lock (_lock)
        {
            var played = TimeProvider.System.GetElapsedTime(_began);
            _length = TimeSpan.Zero;
            return TimeSpan.FromMilliseconds(Math.Floor(played.TotalMilliseconds));
        }
    }

    private TimeSpan Left()
    {
        lock (_lock) return _length - TimeProvider.System.GetElapsedTime(_began);
    }

    private byte[] NextFrame()
    {
        var frame = new short[FrameLength];
        lock (_lock)
        {
            var taken = Math.Min(FrameLength, _queue.Length);
            _queue.AsSpan(0, taken).CopyTo(frame);
            _queue = _queue[taken..];
            if (_queue.Length == 0) _said?.TrySetResult();
        }
        return MemoryMarshal.AsBytes(frame.AsSpan()).ToArray();
    }
}
