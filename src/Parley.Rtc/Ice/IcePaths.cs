namespace Parley.Rtc.Ice;

/// <summary>
/// The remote addresses that are known by a check, and which of them is sent to. Bounded: the path unused for longest gives way.
/// <para>
/// A nomination selects its path; without any, the first valid path is kept until it falls silent and another lives, or until one of UDP
/// replaces one of TCP. An authentic packet newer than all before it moves the choice, too (a NAT rebind); to an address that no check has
/// validated, no more bytes are sent than came from it. (RFC 8445 §8.1.1, §12; compare RFC 9000 §8.1, §9.3)
/// </para>
/// </summary>
/// <param name="consentTimeout">A path whose last valid check is older has lost its consent, and counts as not validated. (RFC 7675 §5.1)</param>
internal sealed class IcePaths(TimeSpan consentTimeout)
{
    public const int Capacity = 8;

    /// <summary>Two consent intervals: a path without a check for this long is silent. (RFC 7675 §5.1)</summary>
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(10);

    private readonly Path[] _paths = new Path[Capacity];
    private int _count;
    private int _selected = -1;
    private bool _isNominated;
    private TransportAddress _unvalidated;
    private int _unvalidatedBudget;

    /// <summary>True once a check succeeded: there is somewhere to send to.</summary>
    public bool HasSelected => _selected >= 0;

    /// <summary>The selected, validated address; meaningful when <see cref="HasSelected"/>.</summary>
    public TransportAddress Selected => _paths[_selected].Address;

    /// <summary>An authentic check came from this address or was answered there, or the newest authentic packet came from it: what comes from there may be for us.</summary>
    public bool IsKnown(TransportAddress address) => Find(address) >= 0 || (address == _unvalidated && address != default);

    /// <summary>An authentic check came from this address; a full agent sends there only when its own check has been answered. (RFC 8445 §7.3.1)</summary>
    public void HandleKnown(TransportAddress address)
    {
        if (Find(address) < 0) Add(address);
    }

    /// <summary>A check showed that the remote is at this address and wants packets there.</summary>
    public void HandleValidCheck(TransportAddress address, bool isNominated, Instant now)
    {
        var index = Find(address);
        if (index < 0) index = Add(address);
        _paths[index].IsValid = true;
        _paths[index].LastCheck = now;
        if (isNominated) Select(index, isNominated: true);
        else if (_unvalidatedBudget > 0 && address == _unvalidated) Select(index, isNominated: false);
        else if (_selected < 0 || now - _paths[_selected].LastCheck > SilentAfter) Select(index, isNominated: false);
        else if (!_isNominated && address.Protocol == TransportProtocol.Udp && Selected.Protocol == TransportProtocol.Tcp)
            Select(index, isNominated: false);
    }

    /// <summary>The remote nominates an address that was validated before. (RFC 8445 §7.3.1.5)</summary>
    public void HandleNomination(TransportAddress address, Instant now)
    {
        var index = Find(address);
        if (index >= 0 && IsUsable(index, now)) Select(index, isNominated: true);
    }

    /// <summary>A packet with a valid SRTP tag that is newer than all before it came from <paramref name="address"/>.</summary>
    public void HandleAuthenticPacket(TransportAddress address, int length, Instant now)
    {
        if (HasSelected && address == Selected)
        {
            _unvalidatedBudget = 0;
            return;
        }
        var index = Find(address);
        if (index >= 0 && IsUsable(index, now))
        {
            Select(index, isNominated: false);
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

    /// <summary>Fetches the first paths. (<see cref="CacheHint"/>)</summary>
    public void Anticipate() => CacheHint.Prefetch(_paths, 192);

    /// <summary>Nothing reaches this address any more. If it was selected, that path takes over which was checked last, as far as one has consent.</summary>
    public void Forget(TransportAddress address, Instant now)
    {
        if (address == _unvalidated) (_unvalidated, _unvalidatedBudget) = (default, 0);
        var index = Find(address);
        if (index < 0) return;
        var wasSelected = index == _selected;
        _paths[index] = _paths[--_count];
        if (_selected == _count) _selected = index;
        if (!wasSelected) return;
        _selected = -1;
        _isNominated = false;
        var best = -1;
        for (var i = 0; i < _count; i++)
            if (IsUsable(i, now) && (best < 0 || _paths[i].LastCheck > _paths[best].LastCheck)) best = i;
        if (best >= 0) Select(best, isNominated: false);
    }

    /// <summary>Consent is lost: nothing is sent until a check succeeds again. (RFC 7675 §5.1)</summary>
    public void Revoke()
    {
        _selected = -1;
        _isNominated = false;
        _unvalidatedBudget = 0;
    }

    private bool IsUsable(int index, Instant now) => _paths[index].IsValid && now - _paths[index].LastCheck < consentTimeout;

    private void Select(int index, bool isNominated)
    {
        _selected = index;
        _isNominated = isNominated;
        _unvalidated = default;
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
        public bool IsValid;
        public Instant LastCheck;
    }
}
