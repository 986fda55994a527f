using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>Both sides of a pair speak all the time, a packet each 20 ms; what was heard of it can be asked.</summary>
internal sealed class Conversation
{
    private const int FrameSize = 60;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly PeerPair _pair;
    private uint _frame;

    public Conversation(PeerPair pair)
    {
        _pair = pair;
        pair.Caller.Happened += e => Note(e, HeardByCaller);
        pair.Callee.Happened += e => Note(e, HeardByCallee);
    }

    /// <summary>Frame numbers, in the order of arrival.</summary>
    public List<uint> HeardByCaller { get; } = [];

    public List<uint> HeardByCallee { get; } = [];

    public uint Spoken => _frame;

    public void Run(double seconds)
    {
        var end = _pair.Clock.Now + TimeSpan.FromSeconds(seconds);
        while (_pair.Clock.Now < end)
        {
            _pair.Caller.Peer.TrySendAudio(new byte[FrameSize], _frame * 960, false, _pair.Clock.Now);
            _pair.Callee.Peer.TrySendAudio(new byte[FrameSize], _frame * 960, false, _pair.Clock.Now);
            _frame++;
            _pair.Caller.Pump();
            _pair.Callee.Pump();
            _pair.Clock.RunFor(Period);
        }
    }

    /// <summary>Frames from <paramref name="first"/> on, of those spoken, that never arrived.</summary>
    public int Missing(List<uint> heard, uint first = 0) => (int)(_frame - first) - heard.Where(frame => frame >= first).Distinct().Count();

    private static void Note(SimulatedEvent e, List<uint> heard)
    {
        if (e.Event.Kind == PeerEventKind.AudioReceived) heard.Add(e.Event.RtpTimestamp / 960);
    }
}
