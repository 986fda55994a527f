using Parley.Net.Impairment;
using Parley.Rtc.Sctp;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Sctp;

/// <summary>Two associations on virtual time, each driven as a driver would: events first, then packets, then the timer.</summary>
internal sealed class SctpPair
{
    private static readonly TransportAddress Anywhere = TransportAddress.FromIPv4(0x7F000001, 5000);

    public SctpPair(ulong seed = 1, LinkConditions? conditions = null, SctpConfig? left = null, SctpConfig? right = null)
    {
        var random = new SeededRandom(seed);
        Clock = new VirtualClock();
        Left = new SctpSide(Clock, left ?? SctpConfig.Default, random.Fork(), isDtlsClient: true);
        Right = new SctpSide(Clock, right ?? SctpConfig.Default, random.Fork(), isDtlsClient: false);
        ToRight = new SimulatedLink(Clock, random.Fork(), (packet, _) => Right.Receive(packet));
        ToLeft = new SimulatedLink(Clock, random.Fork(), (packet, _) => Left.Receive(packet));
        Left.SendPacket = packet => ToRight.Send(packet, Anywhere);
        Right.SendPacket = packet => ToLeft.Send(packet, Anywhere);
        Conditions = conditions ?? new LinkConditions { Delay = TimeSpan.FromMilliseconds(20) };
    }

    public VirtualClock Clock { get; }

    public SctpSide Left { get; }

    public SctpSide Right { get; }

    public SimulatedLink ToRight { get; }

    public SimulatedLink ToLeft { get; }

    public LinkConditions Conditions
    {
        set => ToRight.Conditions = ToLeft.Conditions = value;
    }

    public SctpPair Connect(double withinSeconds = 60)
    {
        Left.Start();
        Right.Start();
        RunUntil(() => Left.IsConnected && Right.IsConnected, withinSeconds, "connect");
        return this;
    }

    public void RunUntil(Func<bool> condition, double withinSeconds, string phase)
    {
        try
        {
            Clock.RunUntil(condition, TimeSpan.FromSeconds(withinSeconds), phase);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Left is {Describe(Left)}, right is {Describe(Right)}.");
        }
    }

    public void RunFor(double seconds) => Clock.RunFor(TimeSpan.FromSeconds(seconds));

    private static string Describe(SctpSide side) => $"{side.Association.State} {side.Association.CloseReason}";
}
