using System.Text;
using Parley.Rtc.Stun;

namespace Parley.Rtc.Ice;

/// <summary>The remote's credentials, ready to be put into checks. (RFC 8445 §7.2.2)</summary>
internal sealed class IceRemote(IceCredentials credentials, string localUfrag) : IDisposable
{
    public string Ufrag => credentials.Ufrag;

    /// <summary>USERNAME of our checks: the remote's ufrag comes first.</summary>
    public byte[] Username { get; } = Encoding.ASCII.GetBytes($"{credentials.Ufrag}:{localUfrag}");

    public StunIntegrity Integrity { get; } = new(credentials.Password);

    public void Dispose() => Integrity.Dispose();
}
