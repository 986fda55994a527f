using System.Security.Cryptography;

namespace Parley.Rtc.Srtp;

/// <summary>Master keys and salts of both directions; what is protected here uses the local ones.</summary>
public sealed class SrtpKeys(byte[] localKey, byte[] localSalt, byte[] remoteKey, byte[] remoteSalt)
{
    public byte[] LocalKey { get; } = localKey;

    public byte[] LocalSalt { get; } = localSalt;

    public byte[] RemoteKey { get; } = remoteKey;

    public byte[] RemoteSalt { get; } = remoteSalt;

    /// <summary>Overwrites the secrets; call it when the session that uses them has been made.</summary>
    public void Erase()
    {
        CryptographicOperations.ZeroMemory(LocalKey);
        CryptographicOperations.ZeroMemory(LocalSalt);
        CryptographicOperations.ZeroMemory(RemoteKey);
        CryptographicOperations.ZeroMemory(RemoteSalt);
    }
}
