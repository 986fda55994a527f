using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Rtc.Dtls;

/// <summary>
/// The self-signed certificate that this process shows to every peer, and what goes with it: the native context that
/// all endpoints share. Thread-safe. Endpoints may outlive it.
/// </summary>
public sealed unsafe class DtlsCertificate : IDisposable
{
    /// <summary>Most peers choose the first that they know. Forward secrecy and AEAD only; RSA for peers that bring such a certificate.</summary>
    private static ReadOnlySpan<byte> Ciphers =>
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305\0"u8;

    private static ReadOnlySpan<byte> Groups => "X25519:P-256:P-384\0"u8;

    private static ReadOnlySpan<byte> SrtpProfiles => "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80\0"u8;

    private DtlsCertificate(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey, int keyType, ReadOnlySpan<byte> srtpProfiles)
    {
        OpenSsl.EnsureLoaded();
        Sha256Fingerprint = DtlsFingerprint.Format(SHA256.HashData(certificate));
        Context = OpenSsl.SSL_CTX_new(OpenSsl.DTLS_method());
        Context.ThrowIfInvalid("no context");
        try
        {
            Configure(certificate, privateKey, keyType, srtpProfiles);
        }
        catch
        {
            Context.Dispose();
            throw;
        }
    }

    /// <summary>The SHA-256 of the certificate, for SDP: upper-case hexadecimal with colons.</summary>
    public string Sha256Fingerprint { get; }

    internal SslContextHandle Context { get; }

    /// <summary>
    /// A new ECDSA P-256 key and its certificate, valid from a day before <paramref name="now"/> for a year. Peers check
    /// the fingerprint and not the validity, but some look at it.
    /// </summary>
    /// <exception cref="DllNotFoundException">OpenSSL 3 is not installed.</exception>
    public static DtlsCertificate Create(DateTimeOffset now)
    {
        OpenSsl.EnsureLoaded();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parley", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(365));
        var privateKey = key.ExportECPrivateKey();
        try
        {
            return new DtlsCertificate(certificate.RawDataMemory.Span, privateKey, OpenSsl.KeyTypeEc, SrtpProfiles);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>A given certificate and key, both DER.</summary>
    /// <param name="srtpProfiles">OpenSSL's names with colons between, ended by a zero; none for the usual three.</param>
    internal static DtlsCertificate FromDer(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey, int keyType, ReadOnlySpan<byte> srtpProfiles = default) =>
        new(certificate, privateKey, keyType, srtpProfiles.IsEmpty ? SrtpProfiles : srtpProfiles);

    public void Dispose() => Context.Dispose();

    private void Configure(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey, int keyType, ReadOnlySpan<byte> srtpProfiles)
    {
        Require(Control(OpenSsl.CtrlSetMinProtocolVersion, OpenSsl.Dtls12Version) == 1, "DTLS 1.2");
        Require(Control(OpenSsl.CtrlSetMaxProtocolVersion, OpenSsl.Dtls12Version) == 1, "DTLS 1.2");
        // No resumption: each call has its own handshake, and a session cache would only hold memory.
        Control(OpenSsl.CtrlSetSessionCacheMode, OpenSsl.SessionCacheOff);
        // Sizes OpenSSL's send buffer, which is 16 KiB otherwise. No record of ours is longer.
        Require(Control(OpenSsl.CtrlSetMaxSendFragment, DtlsEndpoint.MaxDatagramLength) == 1, "send fragment");
        _ = OpenSsl.SSL_CTX_set_options(Context, OpenSsl.OptionNoQueryMtu | OpenSsl.OptionNoTicket | OpenSsl.OptionNoCompression
            | OpenSsl.OptionNoRenegotiation | OpenSsl.OptionCipherServerPreference);
        Require(OpenSsl.SSL_CTX_set_cipher_list(Context, Ciphers) == 1, "ciphers");
        fixed (byte* groups = Groups)
            Require(OpenSsl.SSL_CTX_ctrl(Context, OpenSsl.CtrlSetGroupsList, 0, groups) == 1, "groups");
        Require(OpenSsl.SSL_CTX_use_certificate_ASN1(Context, certificate.Length, certificate) == 1, "certificate");
        Require(OpenSsl.SSL_CTX_use_PrivateKey_ASN1(keyType, Context, privateKey, privateKey.Length) == 1, "private key");
        // The certificate is self-signed: its fingerprint is what counts, so the chain's verification is replaced by it.
        OpenSsl.SSL_CTX_set_verify(Context, OpenSsl.VerifyPeer | OpenSsl.VerifyFailIfNoPeerCertificate, 0);
        OpenSsl.SSL_CTX_set_cert_verify_callback(Context, &DatagramBio.VerifyCertificate, 0);
        Require(OpenSsl.SSL_CTX_set_tlsext_use_srtp(Context, srtpProfiles) == 0, "SRTP profiles");
    }

    private long Control(int command, long number) => OpenSsl.SSL_CTX_ctrl(Context, command, number, null);

    private static void Require(bool isDone, string what)
    {
        if (!isDone) throw OpenSslErrors.ToException(what);
    }
}
