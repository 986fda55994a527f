using System.Runtime.InteropServices;
using Parley.Rtc.Srtp;

namespace Parley.Rtc.Tests.Srtp;

/// <summary>One libsrtp 2 session of one direction, by its C interface: the reference implementation as an oracle.</summary>
internal sealed unsafe class LibSrtp : IDisposable
{
    private const string Library = "libsrtp2.so.1";
    private const int AnyInbound = 2;
    private const int AnyOutbound = 3;

    private static readonly Lazy<bool> Loaded = new(() => NativeLibrary.TryLoad(Library, out _) && srtp_init() == 0);

    private readonly nint _session;

    public LibSrtp(SrtpProfile profile, byte[] key, byte[] salt, bool isSender)
    {
        var secret = key.Concat(salt).ToArray();
        fixed (byte* bytes = secret)
        {
            var policy = new Policy { SsrcType = isSender ? AnyOutbound : AnyInbound, Key = bytes };
            Assert.Equal(0, srtp_crypto_policy_set_from_profile_for_rtp(&policy.Rtp, (int)profile));
            Assert.Equal(0, srtp_crypto_policy_set_from_profile_for_rtcp(&policy.Rtcp, (int)profile));
            Assert.Equal(0, srtp_create(out _session, &policy));
        }
    }

    public static void SkipUnlessPresent() =>
        Assert.SkipUnless(Loaded.Value, $"{Library} is absent: the reference cannot be asked. On Debian: apt-get install libsrtp2-1.");

    public byte[] ProtectRtp(byte[] packet) => Run(&srtp_protect, packet)!;

    public byte[]? UnprotectRtp(byte[] packet) => Run(&srtp_unprotect, packet);

    public byte[] ProtectRtcp(byte[] packet) => Run(&srtp_protect_rtcp, packet)!;

    public byte[]? UnprotectRtcp(byte[] packet) => Run(&srtp_unprotect_rtcp, packet);

    public void Dispose() => _ = srtp_dealloc(_session);

    private byte[]? Run(delegate*<nint, byte*, int*, int> function, byte[] packet)
    {
        var buffer = new byte[packet.Length + 64];
        packet.CopyTo(buffer, 0);
        var length = packet.Length;
        fixed (byte* bytes = buffer)
            return function(_session, bytes, &length) == 0 ? buffer[..length] : null;
    }

    [DllImport(Library)]
    private static extern int srtp_init();

    [DllImport(Library)]
    private static extern int srtp_create(out nint session, Policy* policy);

    [DllImport(Library)]
    private static extern int srtp_dealloc(nint session);

    [DllImport(Library)]
    private static extern int srtp_crypto_policy_set_from_profile_for_rtp(CryptoPolicy* policy, int profile);

    [DllImport(Library)]
    private static extern int srtp_crypto_policy_set_from_profile_for_rtcp(CryptoPolicy* policy, int profile);

    [DllImport(Library)]
    private static extern int srtp_protect(nint session, byte* packet, int* length);

    [DllImport(Library)]
    private static extern int srtp_unprotect(nint session, byte* packet, int* length);

    [DllImport(Library)]
    private static extern int srtp_protect_rtcp(nint session, byte* packet, int* length);

    [DllImport(Library)]
    private static extern int srtp_unprotect_rtcp(nint session, byte* packet, int* length);

    [StructLayout(LayoutKind.Sequential)]
    private struct CryptoPolicy
    {
        public int CipherType, CipherKeyLength, AuthenticationType, AuthenticationKeyLength, TagLength, Services;
    }

    /// <summary>srtp_policy_t of libsrtp 2.5.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Policy
    {
        public int SsrcType;
        public uint Ssrc;
        public CryptoPolicy Rtp;
        public CryptoPolicy Rtcp;
        public byte* Key;
        public nint Keys;
        public CULong KeyCount;
        public nint Deprecated;
        public CULong WindowSize;
        public int AllowRepeats;
        public nint EncryptedExtensions;
        public int EncryptedExtensionCount;
        public nint Next;
    }
}
