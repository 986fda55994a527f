namespace Parley.Cli.Load;

/// <summary>The longest silence of any call since it was last asked for. One thread notes, another may take.</summary>
internal sealed class SilenceGauge
{
    private long _longest;

    public void Note(TimeSpan silence)
    {
        if (silence.Ticks > Volatile.Read(ref _longest)) Volatile.Write(ref _longest, silence.Ticks);
    }

    public TimeSpan Take() => TimeSpan.FromTicks(Interlocked.Exchange(ref _longest, 0));
}
