using Parley.Net;

namespace Parley.Transceiver.Routing;

/// <summary>
/// What every thread may know of a call: its names and who owns it. Ownership moves once: from the lobby, where whoever wins
/// <see cref="TryClaim"/> may touch the call for a moment, to one shard.
/// </summary>
internal sealed class CallEntry(ILiveCall call)
{
    private const int InLobby = 0, Claimed = 1, Owned = 2, Gone = 3;

    /// <summary>Bytes that are worth fetching ahead.</summary>
    public const int HotLength = 64;

    private int _state;
    private IShardInbox? _owner;
    private string _ufrag = call.Ufrag;
    private string? _formerUfrag;
    private int _sidebands;

    public ILiveCall Call => call;

    public string Id => call.Id;

    /// <summary>The ICE user name fragments that lead here: the newest, and the one before, for a restart uses both. For whoever may touch the call.</summary>
    public (string Newest, string? Former) Ufrags => (_ufrag, _formerUfrag);

    public bool IsInLobby => Volatile.Read(ref _state) is InLobby or Claimed;

    public bool IsGone => Volatile.Read(ref _state) == Gone;

    /// <summary>The shard that adopted the call; null while it waits.</summary>
    public IShardInbox? Owner => Volatile.Read(ref _owner);

    /// <summary>The call's place on its owner; for the owner's thread.</summary>
    public Seat? Seat { get; set; }

    /// <summary>The call has another name now; returns the one that leads here no more.</summary>
    public string? Rename(string ufrag)
    {
        if (ufrag == _ufrag) return null;
        var gone = _formerUfrag;
        (_ufrag, _formerUfrag) = (ufrag, _ufrag);
        return gone;
    }

    /// <summary>Takes a waiting call in hand. Follow with <see cref="Release"/>, <see cref="Adopt"/> or <see cref="End"/>.</summary>
    public bool TryClaim() => Interlocked.CompareExchange(ref _state, Claimed, InLobby) == InLobby;

    /// <summary>Puts a claimed call back into the lobby.</summary>
    public void Release() => Volatile.Write(ref _state, InLobby);

    public void Adopt(IShardInbox owner)
    {
        Volatile.Write(ref _owner, owner);
        Volatile.Write(ref _state, Owned);
    }

    public void End() => Volatile.Write(ref _state, Gone);

    /// <summary>Any thread: takes one of the call's places for sidebands; false when there is none.</summary>
    public bool TryTakeSidebandPlace()
    {
        if (Interlocked.Increment(ref _sidebands) <= Audience.SessionAudience.MaxSidebands) return true;
        ReturnSidebandPlace();
        return false;
    }

    public void ReturnSidebandPlace() => Interlocked.Decrement(ref _sidebands);

    /// <summary>Any thread: lets the owner look at what the models brought.</summary>
    public void PostModels() => Owner?.TryPost(this);
}
