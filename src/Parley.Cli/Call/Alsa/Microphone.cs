namespace Parley.Cli.Call.Alsa;

/// <summary>Gives what the machine's microphone picks up, 20 ms at a time, on a thread of its own.</summary>
internal sealed class Microphone : IDisposable
{
    private readonly AlsaPcm _device;
    private readonly int _blockLength;
    private Thread? _thread;
    private volatile bool _isStopping;

    private Microphone(AlsaPcm device, int sampleRate)
    {
        _device = device;
        _blockLength = sampleRate / 50;
    }

    /// <exception cref="CallFailedException">There is none.</exception>
    public static Microphone Open(int sampleRate) => new(AlsaPcm.Open(AlsaDirection.Capture, sampleRate), sampleRate);

    /// <param name="say">Takes each block; called on the microphone's thread.</param>
    public void Start(Action<short[]> say)
    {
        _thread = new Thread(() => Run(say)) { Name = "parley-microphone", IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _isStopping = true;
        _thread?.Join();
        _device.Dispose();
    }

    private void Run(Action<short[]> say)
    {
        while (!_isStopping)
        {
            var block = new short[_blockLength];
            if (!_device.TryRead(block)) return;
            say(block);
        }
    }
}
