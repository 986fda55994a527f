namespace Parley.Net.Forwarding;

/// <summary>The transceivers that flows lead to, each with a number that fits into a flow. Bounded; one without flows gives way to a new one.</summary>
internal sealed class NodeTable
{
    public const int MaxNodes = 1024;

    private readonly Node[] _nodes = new Node[MaxNodes];
    private readonly Dictionary<TransportAddress, int> _numbers = new(MaxNodes);

    public ref Node this[int node] => ref _nodes[node];

    public int Count => _numbers.Count;

    /// <summary>The number of a transceiver that is known already.</summary>
    public bool TryFind(in TransportAddress address, out int node) => _numbers.TryGetValue(address, out node);

    /// <summary>False: there are too many with flows.</summary>
    public bool TryEnter(in TransportAddress address, out int node)
    {
        if (_numbers.TryGetValue(address, out node)) return true;
        node = _numbers.Count;
        if (node == MaxNodes)
        {
            node = Array.FindIndex(_nodes, each => each.Flows == 0 && each.Bundle == Node.NoBundle);
            if (node < 0) return false;
            _numbers.Remove(_nodes[node].Address);
        }
        _nodes[node] = new Node { Address = address, Bundle = Node.NoBundle };
        _numbers.Add(address, node);
        return true;
    }

    public void AddFlow(int node) => _nodes[node].Flows++;

    public void RemoveFlow(int node) => _nodes[node].Flows--;

    internal struct Node
    {
        public const int NoBundle = -1;

        public TransportAddress Address;

        /// <summary>That lead to it.</summary>
        public int Flows;

        /// <summary>The buffer of <see cref="BundleQueue"/> that fills for it.</summary>
        public int Bundle;

        /// <summary>The message of the batch that its last bundle is in, and which batch that was.</summary>
        public int Message;
        public long MessageBatch;
    }
}
