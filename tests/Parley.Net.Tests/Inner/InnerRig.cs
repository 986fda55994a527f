using Parley.Net.Inner;
using Parley.Net.Routes;
using Parley.Simulation;

namespace Parley.Net.Tests.Inner;

/// <summary>An authenticator of a new ring on a virtual clock, and datagrams that it tags.</summary>
internal sealed class InnerRig
{
    public InnerRig()
    {
        Time = new VirtualTimeProvider(Clock);
        Ring = RouteKeyRing.Create(Random, Time.GetUtcNow());
        Authenticator = new InnerAuthenticator(Ring, Time);
    }

    public VirtualClock Clock { get; } = new();

    public VirtualTimeProvider Time { get; }

    public SeededRandom Random { get; } = new(7);

    public RouteKeyRing Ring { get; }

    public InnerAuthenticator Authenticator { get; }

    public byte[] Tagged(InnerDirection direction = InnerDirection.ToRelay)
    {
        var buffer = new byte[200];
        var writer = InnerWriter.Begin(buffer, direction, 3, Authenticator);
        writer.TryAdd(buffer, TransportAddress.FromIPv4(0xC0000207, 40000), [1, 2, 3]);
        return buffer[..writer.Finish(buffer)];
    }

    public InnerStatus Open(byte[] datagram, InnerDirection direction = InnerDirection.ToRelay) =>
        InnerReader.Open(datagram, direction, Authenticator, out _);
}
