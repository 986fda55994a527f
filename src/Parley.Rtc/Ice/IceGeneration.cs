using System.Text;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>The credentials of both sides and everything that is checked under them. A restart makes another. (RFC 8445 §9)</summary>
internal sealed class IceGeneration(IceCredentials local, IceLocals locals, IRandomSource random) : IDisposable
{
    private readonly byte[] _usernamePrefix = Encoding.ASCII.GetBytes(local.Ufrag + ":");

    public IceCredentials Local => local;

    /// <summary>Under our password: of the remote's checks, and of our answers to them.</summary>
    public StunIntegrity Integrity { get; } = new(local.Password);

    /// <summary>Null until the remote described itself.</summary>
    public IceRemote? Remote { get; private set; }

    public IceCheckList Checks { get; } = new(locals, random);

    public IceConsent Consent { get; } = new(random);

    /// <summary>
    /// True when a check is for us. The rest of the name is the remote's ufrag, which a check may carry before its description
    /// came. (RFC 8445 §7.3)
    /// </summary>
    public bool IsNamedBy(in StunMessage request) => request.Username.StartsWith(_usernamePrefix);

    public IceRemote SetRemote(IceCredentials remote) => Remote = new IceRemote(remote, local.Ufrag);

    public Instant NextCheck(IceRole role) =>
        Remote is null ? Instant.Never : Instant.Earlier(Checks.NextCheck(role.IsControlling), Consent.Next);

    public void SendDue(IceOutbox outbox, IceRole role, Instant now)
    {
        if (Remote is null) return;
        Checks.SendDue(outbox, Remote, role, now);
        Consent.SendDue(outbox, Remote, role, now);
    }

    public void Dispose()
    {
        Integrity.Dispose();
        Remote?.Dispose();
    }
}
