namespace Parley.Rtc.Srtp;

/// <summary>Protection profiles, numbered as in the use_srtp extension. (RFC 5764 §4.1.2, RFC 7714 §14.2)</summary>
public enum SrtpProfile
{
    None = 0,
#pragma warning disable CA1707 // The tag's length in bits stands apart from the hash's name, as in the standard's.
    Aes128CmSha1_80 = 1,
#pragma warning restore CA1707
    AeadAes128Gcm = 7,
    AeadAes256Gcm = 8,
}

public static class SrtpProfileExtensions
{
    /// <summary>Length of a master key in bytes.</summary>
    public static int KeyLength(this SrtpProfile profile) => profile == SrtpProfile.AeadAes256Gcm ? 32 : 16;

    /// <summary>Length of a master salt in bytes. (RFC 3711 §8.2: 112 bits; RFC 7714 §12: 96 bits)</summary>
    public static int SaltLength(this SrtpProfile profile) => profile == SrtpProfile.Aes128CmSha1_80 ? 14 : 12;
}
