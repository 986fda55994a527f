using Parley.Benchmarks.Measuring;
using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>What a call does with each packet: header parsing, source, index, replay window, cipher and tag.</summary>
internal sealed class SrtpContenders : IDisposable
{
    private readonly PacketBatch _sent = new();
    private readonly PacketBatch _received = new();
    private readonly SrtpSession _protecting;
    private readonly SrtpSession _remote;
    private readonly SrtpSession _unprotecting;
    private int _protectedLength;

    public SrtpContenders(SrtpProfile profile)
    {
        var random = new SeededRandom(2);
        var key = Draw(random, profile.KeyLength());
        var salt = Draw(random, profile.SaltLength());
        _protecting = new SrtpSession(profile, new SrtpKeys(key, salt, key, salt));
        _remote = new SrtpSession(profile, new SrtpKeys(key, salt, key, salt));
        _unprotecting = new SrtpSession(profile, new SrtpKeys(key, salt, key, salt));
        Protect = new Contender(PacketBatch.Count, _sent.WriteHeaders, () => ProtectAll(_protecting, _sent));
        Unprotect = new Contender(PacketBatch.Count, Receive, UnprotectAll);
    }

    public Contender Protect { get; }

    public Contender Unprotect { get; }

    public void Dispose()
    {
        _protecting.Dispose();
        _remote.Dispose();
        _unprotecting.Dispose();
    }

    private void Receive()
    {
        _received.WriteHeaders();
        ProtectAll(_remote, _received);
    }

    private void ProtectAll(SrtpSession session, PacketBatch batch)
    {
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            if (!session.TryProtectRtp(batch[i], PacketBatch.PacketLength, out _protectedLength))
                throw new InvalidOperationException("A packet was not protected.");
        }
    }

    private void UnprotectAll()
    {
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            if (_unprotecting.UnprotectRtp(_received[i][.._protectedLength], out _) != SrtpStatus.Ok)
                throw new InvalidOperationException("A packet was not accepted.");
        }
    }

    private static byte[] Draw(SeededRandom random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }
}
