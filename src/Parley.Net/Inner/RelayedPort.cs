using Parley.Net.Sockets;
using Parley.Net.Tcp;

namespace Parley.Net.Inner;

/// <summary>
/// A port whose datagrams come and go in bundles between this node and its relays: what it gives has its client's address as source, UDP or TCP, and
/// what is sent to a client goes to the relay that it was heard by last. What one round of the shard sends to one relay travels together; a
/// lone packet leaves with its round, like any other.
/// </summary>
internal sealed class RelayedPort : IDatagramPort
{
    /// <summary>Packets that one <see cref="Receive"/> gives at most.</summary>
    private const int BatchSize = 1024;

    /// <summary>No datagram has more: each takes a header and a byte at least.</summary>
    private const int MaxPerDatagram = Shard.MaxDatagramSize / 10;

    private readonly IDatagramPort _inner;
    private readonly ReturnPaths _paths;
    private readonly InnerAuthenticator? _authenticator;
    private readonly int _maxLength;
    private readonly ReturnPaths.Strangers _strangers = new();
    private readonly Packet[] _packets = new Packet[BatchSize];
    private readonly Dictionary<RelayPath, Bundle> _bundles = [];
    private readonly List<Bundle> _open = [];
    private readonly byte[] _slot = new byte[Shard.MaxDatagramSize];
    private readonly FlowAnswers _answers;
    private RelayPath? _lastPath;
    private int _datagramCount;
    private int _nextDatagram;
    private long _unreachable;

    public RelayedPort(IDatagramPort inner, ReturnPaths paths, InnerAuthenticator? authenticator, int maxLength, TimeProvider time)
    {
        _inner = inner;
        _paths = paths;
        _authenticator = authenticator;
        _maxLength = Math.Min(maxLength, Shard.MaxDatagramSize);
        _answers = new FlowAnswers(inner, paths, authenticator, _maxLength, time);
    }

    public TransportAddress LocalAddress => _inner.LocalAddress;

    public long KernelDrops => _inner.KernelDrops;

    public bool CarriesTcp => true;

    public IShardConnections Clients => _paths;

    public int Watched
    {
        get => _inner.Watched;
        set => _inner.Watched = value;
    }

    public bool IsWatchedReady => _inner.IsWatchedReady;

    public bool MayHaveMore => _nextDatagram < _datagramCount || _inner.MayHaveMore;

    public void Wait(TimeSpan timeout, bool untilWritable) => _inner.Wait(timeout, untilWritable);

    public void Rest(TimeSpan length) => _inner.Rest(length);

    public void Wake() => _inner.Wake();

    public int Receive(CounterTable<ShardCounter> counters)
    {
        var count = 0;
        do
        {
            if (_nextDatagram == _datagramCount)
            {
                _nextDatagram = 0;
                _datagramCount = _inner.Receive(counters);
            }
            while (_nextDatagram < _datagramCount && count <= BatchSize - MaxPerDatagram)
                Open(_inner.Received(_nextDatagram), _nextDatagram++, ref count, counters);
        }
        // None of them may have had a packet that counts; there may be others behind.
        while (count == 0 && _inner.MayHaveMore);
        return count;
    }

    public Datagram Received(int index)
    {
        ref readonly var packet = ref _packets[index];
        return new Datagram(_inner.Received(packet.Datagram).Payload.Slice(packet.Offset, packet.Length), packet.Client);
    }

    /// <summary>Empty while a bundle that this packet may fill could not be handed on.</summary>
    public Span<byte> SendSlot => _inner.SendSlot.IsEmpty ? default : _slot;

    public int Unsent => _inner.Unsent + _open.Count;

    public void Enqueue(in Transmit transmit)
    {
        if (!_paths.TryFind(transmit.Destination, out var path))
        {
            _unreachable++;
            return;
        }
        var bundle = BundleOf(path);
        var packet = _slot.AsSpan(0, transmit.Length);
        if (bundle.TryAdd(transmit.Destination, packet)) return;
        Send(bundle);
        bundle.Begin();
        // Alone it fits, unless the private network takes less than a client does.
        if (!bundle.TryAdd(transmit.Destination, packet)) _unreachable++;
    }

    public bool TryFlush(CounterTable<ShardCounter> counters)
    {
        if (_unreachable > 0) counters.Add(ShardCounter.SendUnreachable, _unreachable);
        _unreachable = 0;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_inner.SendSlot.IsEmpty && !_inner.TryFlush(counters)) return false;
            Send(_open[i]);
            _open.RemoveAt(i);
        }
        return _inner.TryFlush(counters);
    }

    public void DropUnsent()
    {
        foreach (var bundle in _open) bundle.Clear();
        _open.Clear();
        _inner.DropUnsent();
    }

    public void Dispose() => _inner.Dispose();

    private void Open(in Datagram datagram, int index, ref int count, CounterTable<ShardCounter> counters)
    {
        // One that was cut is empty.
        if (datagram.Payload.IsEmpty)
        {
            counters.Increment(ShardCounter.ReceivedTooLong);
            return;
        }
        if (InnerReader.Open(datagram.Payload, InnerDirection.ToTransceiver, _authenticator, out var reader) != InnerStatus.Ok)
        {
            counters.Increment(ShardCounter.InnerRefused);
            return;
        }
        // Relays send many datagrams one after the other.
        if (_lastPath is not { } path || path.Relay != datagram.Source || path.Ingress != reader.Ingress)
            _lastPath = path = _paths.PathOf(datagram.Source, reader.Ingress);
        if (reader.IsAboutFlows)
        {
            _answers.Answer(path, counters);
            return;
        }
        while (reader.TryRead(out var client, out var payload))
        {
            datagram.Payload.Overlaps(payload, out var offset);
            _packets[count++] = new Packet(index, offset, payload.Length, client);
            _paths.Learn(client, path, _strangers);
        }
        if (reader.Status != InnerStatus.Ok) counters.Increment(ShardCounter.InnerMalformed);
    }

    private Bundle BundleOf(RelayPath path)
    {
        if (!_bundles.TryGetValue(path, out var bundle))
        {
            // Relays that are gone leave theirs behind; so many are not there at once.
            if (_bundles.Count >= ReturnPaths.MaxPaths && _open.Count == 0) _bundles.Clear();
            _bundles.Add(path, bundle = new Bundle(path, _authenticator, _maxLength));
        }
        if (bundle.IsOpen) return bundle;
        bundle.Begin();
        _open.Add(bundle);
        return bundle;
    }

    /// <summary>Hands a bundle on, for which there is a slot.</summary>
    private void Send(Bundle bundle)
    {
        var isEmpty = bundle.Count == 0;
        var length = bundle.Finish(_inner.SendSlot);
        if (!isEmpty) _inner.Enqueue(new Transmit(length, bundle.Path.Relay));
    }

    private readonly record struct Packet(int Datagram, int Offset, int Length, TransportAddress Client);

    /// <summary>What is to go to one relay in the next datagram.</summary>
    private sealed class Bundle(RelayPath path, InnerAuthenticator? authenticator, int maxLength)
    {
        private readonly byte[] _bytes = new byte[maxLength];
        private InnerWriter _writer;

        public RelayPath Path => path;

        public bool IsOpen { get; private set; }

        public int Count => _writer.Count;

        public void Begin()
        {
            _writer = InnerWriter.Begin(_bytes, InnerDirection.ToRelay, path.Ingress, authenticator);
            IsOpen = true;
        }

        public bool TryAdd(in TransportAddress client, ReadOnlySpan<byte> payload) => _writer.TryAdd(_bytes, client, payload);

        public int Finish(Span<byte> destination)
        {
            var length = _writer.Finish(_bytes);
            _bytes.AsSpan(0, length).CopyTo(destination);
            IsOpen = false;
            return length;
        }

        public void Clear() => IsOpen = false;
    }
}
