using System.Net;
using System.Net.Sockets;
using Parley.Net.Inner;
using Parley.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Forwarding;

/// <summary>
/// The workers of one relay. Each has a socket at the public port (SO_REUSEPORT: the kernel gives all packets of one source to one of them) and one at a private
/// port of its own, so that a transceiver's answers come to the worker that has the flow. They share nothing.
/// </summary>
public sealed class ForwarderGroup : IDisposable
{
    private readonly Forwarder[] _workers;
    private readonly ListeningSocket? _listener;
    private readonly TcpAdmission? _admission;

    private ForwarderGroup(Forwarder[] workers, IPEndPoint local, ListeningSocket? listener, TcpAdmission? admission)
    {
        _workers = workers;
        _listener = listener;
        _admission = admission;
        LocalEndPoint = local;
    }

    public IReadOnlyList<Forwarder> Workers => _workers;

    /// <summary>Where the public port is, with the real number where the configuration said 0.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Where TCP connections are accepted; null where none are.</summary>
    public IPEndPoint? TcpEndPoint => _listener?.LocalAddress.ToEndPoint();

    /// <summary>TCP connections that are open.</summary>
    public int TcpConnectionCount => _admission?.Count ?? 0;

    /// <summary>Flows at the moment, of all workers. Any thread.</summary>
    public int FlowCount => _workers.Sum(worker => worker.FlowCount);

    /// <summary>
    /// Binds the sockets. Throws <see cref="SocketException"/> when a port is taken, <see cref="ArgumentException"/> when the configuration contradicts
    /// itself, and <see cref="PlatformNotSupportedException"/> elsewhere than on Linux. No thread runs before <see cref="Start"/>.
    /// </summary>
    /// <param name="firstPacketsOf">Called here, once for each worker by its index; what it gives is used by that worker's thread only.</param>
    /// <param name="authenticatorOf">The same, for tags of inner datagrams; null: they are neither written nor asked for.</param>
    public static ForwarderGroup Bind(
        ForwarderConfig config, MonotonicClock clock, Func<int, IFirstPackets> firstPacketsOf, Func<int, InnerAuthenticator>? authenticatorOf = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(firstPacketsOf);
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("A relay needs Linux's own sockets.");
        config.Validate();
        var opened = new Stack<IDisposable>();
        try
        {
            // A socket that shares its port binds beside those of any other process of the same user, and the kernel would split the flows
            // between the two. Binding alone first finds out.
            var local = config.Workers == 1 ? config.Listen : FindFree(config.Listen);
            var workers = new Forwarder[config.Workers];
            for (var i = 0; i < workers.Length; i++)
            {
                var clients = new BatchSocket(local, isShared: config.Workers > 1, dontFragment: true);
                opened.Push(clients);
                if (i == 0) local = clients.LocalAddress.ToEndPoint();
                var innerPort = config.Inner.Port == 0 ? 0 : config.Inner.Port + i;
                var transceivers = new BatchSocket(new IPEndPoint(config.Inner.Address, innerPort), isShared: false, dontFragment: false);
                opened.Push(transceivers);
                workers[i] = new Forwarder(i, clients, transceivers, config, firstPacketsOf(i), authenticatorOf?.Invoke(i), clock);
                opened.Push(workers[i]);
            }
            if (config.Tcp is null) return new ForwarderGroup(workers, local, null, null);
            var listener = new ListeningSocket(config.Tcp.Listen!);
            opened.Push(listener);
            var admission = new TcpAdmission(config.Tcp);
            foreach (var worker in workers) worker.AddTcp(config.Tcp, admission, listener);
            return new ForwarderGroup(workers, local, listener, admission);
        }
        catch
        {
            while (opened.TryPop(out var each)) each.Dispose();
            throw;
        }
    }

    /// <summary>Starts one thread for each worker.</summary>
    public void Start()
    {
        foreach (var worker in _workers) worker.Start();
    }

    public void Dispose()
    {
        foreach (var worker in _workers) worker.Dispose();
        _listener?.Dispose();
    }

    private static IPEndPoint FindFree(IPEndPoint listen)
    {
        using var probe = new BatchSocket(listen, isShared: false, dontFragment: false);
        return probe.LocalAddress.ToEndPoint();
    }
}
