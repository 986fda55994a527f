using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>Who nominates, and how a conflict about it is settled. Kept across restarts. (RFC 8445 §6.1.1, §7.3.1.1)</summary>
internal sealed class IceRole(IceMode mode, IRandomSource random)
{
    public bool IsLite => mode == IceMode.Lite;

    public bool IsControlling { get; private set; } = mode == IceMode.Controlling;

    public ulong TieBreaker { get; private set; } = random.NextUInt64();

    /// <summary>True when the remote has to give way; when we have to, our role changes and <paramref name="hasSwitched"/> says so.</summary>
    public bool IsConflict(in StunMessage request, out bool hasSwitched)
    {
        hasSwitched = false;
        if (IsControlling && request.IceControlling is { } controlling)
        {
            if (TieBreaker >= controlling) return true;
            hasSwitched = true;
        }
        else if (!IsControlling && request.IceControlled is { } controlled)
        {
            // A lite agent cannot take control, so its remote has to. (RFC 8445 §6.1.1)
            if (IsLite || TieBreaker < controlled) return true;
            hasSwitched = true;
        }
        if (hasSwitched) IsControlling = !IsControlling;
        return false;
    }

    /// <summary>A check of ours was refused with 487. Only the role that it was sent in is given up. (RFC 8445 §7.2.5.1)</summary>
    public void HandleRefused(bool wasControlling)
    {
        if (IsControlling != wasControlling) return;
        IsControlling = !wasControlling;
        // A new tie-breaker keeps two confused agents from switching in step. (RFC 8445 §7.2.5.1)
        TieBreaker = random.NextUInt64();
    }
}
