namespace Parley.Rtc.Ice;

/// <summary>
/// The remote addresses that passed a check, and which of them is sent to. Bounded: the path unused for longest gives way.
/// <para>
/// A check with USE-CANDIDATE selects its path; without any nomination the first valid path is kept until it falls silent
/// and another lives. An authentic packet newer than all before it moves the choice, too (a NAT rebind); to an address
/// that no check has passed, no more bytes are sent than came from it. (RFC 8445 §8.1.1, §12; compare RFC 9000 §8.1, §9.3)
/// </para>
/// </summary>
internal sealed class IcePaths
{
    public const int Capacity = 8;

    /// <summary>Two consent intervals: a path without a check for this long is silent. (RFC 7675 §5.1)</summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(10);

    private readonly Path[] _paths = new Path[Capacity];
    private int _count;
    private int _selected = -1;
    private TransportAddress _unvalidated;
    private int _unvalidatedBudget;

    /// <summary>True once a check succeeded: there is somewhere to send to.</summary>
    public bool HasSelected => _selected >= 0;

    /// <summary>The selected, validated address; meaningful when <see cref="HasSelected"/>.</summary>
    public TransportAddress Selected => _paths[_selected].Address;

    public bool IsValidated(TransportAddress address) => Find(address) >= 0;

    public void HandleValidCheck(TransportAddress address, bool isNominated, Instant now)
    {
        var index = Find(address);
        if (index < 0) index = Add(address);
        _paths[index].LastCheck = now;
        if (_unvalidatedBudget > 0 && address == _unvalidated) Select(index);
        else if (_selected < 0 || isNominated) Select(index);
        else if (now - _paths[_selected].LastCheck > SilentAfter) Select(index);
    }

    /// <summary>A packet with a valid SRTP tag that is newer than all before it came from <paramref name="address"/>.</summary>
    public void HandleAuthenticPacket(TransportAddress address, int length)
    {
        if (HasSelected && address == Selected)
        {
            _unvalidatedBudget = 0;
            return;
        }
        var index = Find(address);
        if (index >= 0)
        {
            Select(index);
            return;
        }
        if (address != _unvalidated) _unvalidatedBudget = 0;
        _unvalidated = address;
        _unvalidatedBudget = Math.Min(_unvalidatedBudget + length, ushort.MaxValue);
    }

    /// <summary>Where a packet of <paramref name="length"/> bytes may go now; false when nowhere.</summary>
    public bool TryChoose(int length, out TransportAddress destination)
    {
        if (_unvalidatedBudget >= length && length > 0)
        {
            _unvalidatedBudget -= length;
            destination = _unvalidated;
            return true;
        }
        destination = HasSelected ? Selected : default;
        return HasSelected;
    }

    private void Select(int index)
    {
        _selected = index;
        _unvalidatedBudget = 0;
    }

    private int Find(TransportAddress address)
    {
        for (var i = 0; i < _count; i++)
            if (_paths[i].Address == address) return i;
        return -1;
    }

    private int Add(TransportAddress address)
    {
        var index = _count;
        if (_count < Capacity)
        {
            _count++;
        }
        else
        {
            index = _selected == 0 ? 1 : 0;
            for (var i = index + 1; i < Capacity; i++)
                if (i != _selected && _paths[i].LastCheck < _paths[index].LastCheck) index = i;
        }
        _paths[index] = new Path { Address = address };
        return index;
    }

    private struct Path
    {
        public TransportAddress Address;
        public Instant LastCheck;
    }
}
