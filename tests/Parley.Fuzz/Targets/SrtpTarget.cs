using Parley.Rtc.Srtp;
using Parley.Simulation;

namespace Parley.Fuzz.Targets;

/// <summary>
/// A list of SRTP and SRTCP packets under known keys: true ones, true ones that were changed afterwards, and bytes that nobody protected.
/// Only what was protected is accepted, once, and comes out as it went in.
/// </summary>
internal sealed class SrtpTarget : FuzzTarget
{
    private const int MaxSteps = 64;
    private static readonly SrtpProfile[] Profiles = [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmSha1_80];

    private readonly byte[] _buffer = new byte[4096];
    private readonly byte[] _plain = new byte[4096];

    public override string Name => "srtp";

    public override string Summary => "SRTP and SRTCP packets under known keys: true, changed, repeated, forged";

    public override int Weight => 2;

    public override IReadOnlyList<byte[]> Dictionary { get; } = [[0x80, 111], [0x90, 111], [0x81, 200], [0xBE, 0xDE, 0, 1], [0x7F, 0xFF], [0x80, 0, 0, 0]];

    private enum Step
    {
        True,
        Changed,
        Repeated,
        Forged,
    }

    public override IEnumerable<byte[]> Examples()
    {
        for (var profile = 0; profile < Profiles.Length; profile++)
        {
            var script = new ScriptWriter().Byte(profile);
            for (ushort i = 0; i < 6; i++)
            {
                script.Byte((int)(i % 3 == 2 ? Step.Repeated : Step.True)).Block([0x80, 111, 0, (byte)i, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3]);
                script.Byte((int)Step.Changed).Byte(20).Byte(1).Block([0x80, 111, 1, (byte)i, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3]);
            }
            script.Byte((int)Step.True).Block([0x80, 200, 0, 6, 0, 0, 0, 1, .. new byte[20]]);
            script.Byte((int)Step.Forged).Block([0x80, 111, 0, 9, .. new byte[40]]);
            yield return script.ToArray();
        }
    }

    public override void Run(ReadOnlySpan<byte> input)
    {
        var script = new Script(input);
        var profile = Profiles[script.Byte() % Profiles.Length];
        using var sender = new SrtpSession(profile, Keys(profile));
        using var receiver = new SrtpSession(profile, Keys(profile));
        var protectedLength = 0;
        var wasRtcp = false;
        for (var steps = 0; steps < MaxSteps && !script.IsAtEnd; steps++)
        {
            var step = (Step)(script.Byte() % 4);
            var (at, change) = step == Step.Changed ? (script.Byte(), script.Byte()) : default;
            if (step == Step.Repeated)
            {
                if (protectedLength > 0) Invariant.Holds(Unprotect(receiver, protectedLength, wasRtcp, out _) != SrtpStatus.Ok);
                continue;
            }
            var block = script.Block();
            var isRtcp = block.Length > 1 && block[1] is >= 192 and <= 223;
            block.CopyTo(_buffer);
            if (step == Step.Forged)
            {
                Invariant.Holds(Unprotect(receiver, block.Length, isRtcp, out _) != SrtpStatus.Ok);
                protectedLength = 0;
                continue;
            }
            var isProtected = isRtcp
                ? sender.TryProtectRtcp(_buffer, block.Length, out protectedLength)
                : sender.TryProtectRtp(_buffer, block.Length, out protectedLength);
            if (!isProtected)
            {
                Invariant.Holds(_buffer.AsSpan(0, block.Length).SequenceEqual(block));
                continue;
            }
            wasRtcp = isRtcp;
            if (step == Step.Changed && change != 0)
            {
                // What is altered fails; that the true packet behind it is still taken, the next steps show.
                _buffer.AsSpan(0, protectedLength).CopyTo(_plain);
                _buffer[at % protectedLength] ^= change;
                Invariant.Holds(Unprotect(receiver, protectedLength, wasRtcp, out _) != SrtpStatus.Ok);
                _plain.AsSpan(0, protectedLength).CopyTo(_buffer);
            }
            Invariant.Equal(SrtpStatus.Ok, Unprotect(receiver, protectedLength, wasRtcp, out var length));
            Invariant.Equal(block.Length, length);
            Invariant.Holds(_plain.AsSpan(0, length).SequenceEqual(block));
        }
    }

    /// <summary>Of a copy, so that it can be repeated.</summary>
    private SrtpStatus Unprotect(SrtpSession receiver, int length, bool isRtcp, out int plainLength)
    {
        Span<byte> kept = stackalloc byte[length];
        _buffer.AsSpan(0, length).CopyTo(kept);
        var packet = _buffer.AsSpan(0, length);
        var status = isRtcp ? receiver.UnprotectRtcp(packet, out plainLength) : receiver.UnprotectRtp(packet, out plainLength);
        if (status == SrtpStatus.Ok) packet[..plainLength].CopyTo(_plain);
        else Invariant.Holds(packet.SequenceEqual(kept));
        kept.CopyTo(packet);
        return status;
    }

    private static SrtpKeys Keys(SrtpProfile profile)
    {
        var random = new SeededRandom(1);
        var (key, salt) = (new byte[profile.KeyLength()], new byte[profile.SaltLength()]);
        random.Fill(key);
        random.Fill(salt);
        return new SrtpKeys(key, salt, key, salt);
    }
}
