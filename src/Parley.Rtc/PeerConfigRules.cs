using Parley.Rtc.Ice;
using Parley.Rtc.Sdp;

namespace Parley.Rtc;

/// <summary>What an <see cref="RtcPeerConfig"/> must satisfy. Broken rules are the caller's mistake and throw.</summary>
internal static class PeerConfigRules
{
    public static void Check(RtcPeerConfig config)
    {
        Require(config.Certificate is not null, "Certificate must be set.");
        Require(config.LocalCandidates is not null, "LocalCandidates must be set.");
        Require(config.LocalUfrag is null || IceCharacters.IsUfrag(config.LocalUfrag), "LocalUfrag must be 4 to 256 ICE characters.");
        Require(config.LocalPassword is null || IceCharacters.IsPassword(config.LocalPassword), "LocalPassword must be 22 to 256 ICE characters.");
        Require(config.DrawCredentials is null || (config.LocalUfrag is null && config.LocalPassword is null),
            "LocalUfrag and LocalPassword must be null where DrawCredentials is set.");
        Require(config.ConsentTimeout > TimeSpan.Zero, "ConsentTimeout must be positive.");
        Require(config.ConnectTimeout > TimeSpan.Zero, "ConnectTimeout must be positive.");
        Require(config.MaxDatagramLength is >= 576 and <= RtcPeer.MaxDatagramLength, "MaxDatagramLength must be 576 to 1200 bytes.");
        Require(config.MaxMessageSize is > 0 and <= 16 * 1024 * 1024, "MaxMessageSize must be 1 byte to 16 MiB.");
        Require(config.Opus is not null, "Opus must be set.");
        Require(config.MaxRepairDelay >= TimeSpan.Zero, "MaxRepairDelay must not be negative.");
        // It stands in SDP as a token and in RTCP with one byte of length. (RFC 8866 §9, RFC 3550 §6.5)
        Require(config.Cname is { Length: > 0 and <= 64 } && config.Cname.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
            "Cname must be 1 to 64 letters, digits, '-', '_' or '.'.");
    }

    /// <summary>What <see cref="RtcPeerConfig.DrawCredentials"/> gave.</summary>
    public static void Check(IceCredentials drawn) => Require(
        drawn is { Ufrag: not null, Password: not null } && IceCharacters.IsUfrag(drawn.Ufrag) && IceCharacters.IsPassword(drawn.Password),
        "DrawCredentials must give a ufrag of 4 to 256 and a password of 22 to 256 ICE characters.");

    private static void Require(bool holds, string rule)
    {
        if (!holds) throw new ArgumentException(rule);
    }
}
