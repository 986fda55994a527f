namespace Parley.Rtc;

/// <summary>What a packet of media needs, fetched ahead of it. (<see cref="CacheHint"/>)</summary>
public sealed partial class RtcPeer
{
    /// <summary>Steps of <see cref="Anticipate"/>, each of which needs what the one before has brought.</summary>
    public const int AnticipationSteps = 7;

    /// <summary>
    /// Fetches what lies <paramref name="step"/> references behind the peer. For many peers at a time: first step 0 of all, then step 1 of all, and so on.
    /// Static, since even the call of a method would wait for the object.
    /// </summary>
    public static void Anticipate(RtcPeer peer, int step)
    {
        if (step == 0) CacheHint.Prefetch(peer, 384);
        else peer.Anticipate(step);
    }

    private void Anticipate(int step)
    {
        if (step > 1)
        {
            _audio.Anticipate(step - 2);
            if (step == 2) AnticipateQueues();
            return;
        }
        CacheHint.Prefetch(_audio, 256);
        CacheHint.Prefetch(_ice, 128);
        CacheHint.Prefetch(_ice.Paths, 64);
        CacheHint.Prefetch(_media, 64);
        CacheHint.Prefetch(_events, 64);
        CacheHint.Prefetch(_timers, 64);
        CacheHint.Prefetch(_secure, 64);
        CacheHint.Prefetch(_remote, 64);
    }

    private void AnticipateQueues()
    {
        _media.Anticipate();
        _events.Anticipate();
        _ice.Paths.Anticipate();
        CacheHint.Prefetch(_remote?.Audio, 64);
    }
}
