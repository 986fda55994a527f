using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Benchmarks.Measuring;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>
/// DTLS 1.2 handshakes by OpenSSL alone: a client and a server over memory BIOs, with ECDSA P-256 certificates on both sides, the cipher and group
/// that two of our endpoints agree on, use_srtp and the keys exported. Certificates are accepted unseen, and nothing is retransmitted.
/// </summary>
internal sealed unsafe class OpenSslHandshake : IDisposable
{
    private const int Mtu = 16_000; // a memory BIO has no datagrams: a flight must not be cut
    private const int MostTurns = 20;

    private readonly nint _client = Context();
    private readonly nint _server = Context();

    public OpenSslHandshake(int handshakes) => Handshakes = new Contender(handshakes, () => { }, () =>
    {
        for (var i = 0; i < handshakes; i++) Shake();
    });

    public Contender Handshakes { get; }

    public void Dispose()
    {
        LibSsl.SSL_CTX_free(_client);
        LibSsl.SSL_CTX_free(_server);
    }

    private void Shake()
    {
        var (client, server) = (LibSsl.SSL_new(_client), LibSsl.SSL_new(_server));
        var (toServer, toClient) = (NewBio(), NewBio());
        _ = LibSsl.BIO_up_ref(toServer);
        _ = LibSsl.BIO_up_ref(toClient);
        LibSsl.SSL_set_bio(client, toClient, toServer);
        LibSsl.SSL_set_bio(server, toServer, toClient);
        _ = LibSsl.SSL_ctrl(client, LibSsl.CtrlSetMtu, Mtu, 0);
        _ = LibSsl.SSL_ctrl(server, LibSsl.CtrlSetMtu, Mtu, 0);
        LibSsl.SSL_set_connect_state(client);
        LibSsl.SSL_set_accept_state(server);
        var (isClientDone, isServerDone) = (false, false);
        for (var i = 0; i < MostTurns && !(isClientDone && isServerDone); i++)
        {
            isClientDone = isClientDone || LibSsl.SSL_do_handshake(client) == 1;
            isServerDone = isServerDone || LibSsl.SSL_do_handshake(server) == 1;
        }
        if (!isClientDone || !isServerDone) throw new InvalidOperationException("A handshake of the yardstick failed.");
        Export(client);
        Export(server);
        LibSsl.SSL_free(client);
        LibSsl.SSL_free(server);
        LibSsl.ERR_clear_error();
    }

    private static void Export(nint ssl)
    {
        const int KeysAndSalts = 2 * (16 + 12);
        var keys = stackalloc byte[KeysAndSalts];
        var label = "EXTRACTOR-dtls_srtp"u8;
        if (LibSsl.SSL_export_keying_material(ssl, keys, KeysAndSalts, label, (nuint)label.Length, 0, 0, 0) != 1)
            throw new InvalidOperationException("The yardstick exported no keys.");
    }

    private static nint NewBio()
    {
        var bio = LibSsl.BIO_new(LibSsl.BIO_s_mem());
        _ = LibSsl.BIO_ctrl(bio, LibSsl.BioCtrlSetMemEofReturn, -1, 0);
        return bio;
    }

    private static nint Context()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = new CertificateRequest("CN=Parley", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(365));
        var context = LibSsl.SSL_CTX_new(LibSsl.DTLS_method());
        var (der, privateKey) = (certificate.RawData, key.ExportECPrivateKey());
        Check(LibSsl.SSL_CTX_use_certificate_ASN1(context, der.Length, der) == 1);
        Check(LibSsl.SSL_CTX_use_PrivateKey_ASN1(LibSsl.KeyTypeEc, context, privateKey, privateKey.Length) == 1);
        LibSsl.SSL_CTX_set_verify(context, LibSsl.VerifyPeerAndFailWithout, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(context, &Accept, 0);
        Check(LibSsl.SSL_CTX_ctrl(context, LibSsl.CtrlSetMaxProtocolVersion, LibSsl.Dtls12Version, null) == 1);
        Check(LibSsl.SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256\0"u8) == 1);
        // The certificate's curve has to be among them. (RFC 8422 §5.1.1)
        fixed (byte* groups = "X25519:P-256\0"u8) Check(LibSsl.SSL_CTX_ctrl(context, LibSsl.CtrlSetGroupsList, 0, groups) == 1);
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.CtrlSetSessionCacheMode, 0, null);
        _ = LibSsl.SSL_CTX_set_options(context, LibSsl.NoQueryMtuAndNoTicket);
        Check(LibSsl.SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM\0"u8) == 0);
        return context;
    }

    private static void Check(bool isOk)
    {
        if (!isOk) throw new InvalidOperationException("OpenSSL did not take the yardstick's configuration.");
    }

    [UnmanagedCallersOnly]
    private static int Accept(nint store, nint argument) => 1;
}
