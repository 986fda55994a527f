namespace Parley.Rtc.Ice;

/// <summary>One side's ICE user name fragment and password. (RFC 8445 §5.3)</summary>
public readonly record struct IceCredentials(string Ufrag, string Password)
{
    /// <summary>24 bits are asked of a ufrag and 128 of a password; a character carries 6. (RFC 8445 §5.3)</summary>
    private const int UfragLength = 8;
    private const int PasswordLength = 32;

    /// <summary>What is null is drawn at random.</summary>
    internal static IceCredentials Create(string? ufrag, string? password, IRandomSource random) => new(
        ufrag ?? random.NextString(Sdp.IceCharacters.Alphabet, UfragLength),
        password ?? random.NextString(Sdp.IceCharacters.Alphabet, PasswordLength));

    public override string ToString() => "[credentials]";
}
