using System.Collections.Concurrent;

namespace Parley.Cli.Call.Alsa;

/// <summary>Plays on the machine's loudspeaker, on a thread of its own: the call never waits for the device.</summary>
internal sealed class Loudspeaker : IDisposable
{
    /// <summary>Blocks of 10 ms that may wait; what comes when as many do is left out.</summary>
    private const int MaxWaiting = 20;

    private readonly AlsaPcm _device;
    private readonly BlockingCollection<short[]> _blocks = new(MaxWaiting);
    private readonly Thread _thread;

    private Loudspeaker(AlsaPcm device)
    {
        _device = device;
        _thread = new Thread(Run) { Name = "parley-loudspeaker", IsBackground = true };
        _thread.Start();
    }

    /// <exception cref="CallFailedException">There is none.</exception>
    public static Loudspeaker Open(int sampleRate) => new(AlsaPcm.Open(AlsaDirection.Playback, sampleRate));

    public void Play(ReadOnlySpan<short> pcm) => _blocks.TryAdd(pcm.ToArray());

    public void Dispose()
    {
        _blocks.CompleteAdding();
        _thread.Join();
        _device.Dispose();
        _blocks.Dispose();
    }

    private void Run()
    {
        foreach (var block in _blocks.GetConsumingEnumerable())
            if (!_device.TryWrite(block)) return;
    }
}
