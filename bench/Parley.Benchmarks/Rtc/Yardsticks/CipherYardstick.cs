using Parley.Benchmarks.Measuring;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc.Yardsticks;

/// <summary>
/// A cipher alone, on the same bytes as <see cref="SrtpContenders"/>: contexts and keys are reused, the nonce comes from a counter,
/// nothing is parsed and no replay window is kept.
/// </summary>
internal abstract class CipherYardstick : IDisposable
{
    private readonly PacketBatch _sent = new();
    private readonly PacketBatch _received = new();
    private ulong _sentIndex;
    private ulong _encryptedIndex;
    private ulong _receivedIndex;

    protected CipherYardstick()
    {
        Protect = new Contender(PacketBatch.Count, _sent.WriteHeaders, () => EncryptAll(_sent, ref _sentIndex));
        Unprotect = new Contender(PacketBatch.Count, Receive, DecryptAll);
    }

    public Contender Protect { get; }

    public Contender Unprotect { get; }

    public abstract void Dispose();

    protected static byte[] Key(int length)
    {
        var key = new byte[length];
        new SeededRandom(3).Fill(key);
        return key;
    }

    /// <summary>Encrypts the payload in place and writes the tag behind it.</summary>
    protected abstract void Encrypt(Span<byte> packet, ulong index);

    /// <summary>Checks the tag and decrypts the payload in place; false when it does not hold.</summary>
    protected abstract bool TryDecrypt(Span<byte> packet, ulong index);

    private void Receive()
    {
        _received.WriteHeaders();
        EncryptAll(_received, ref _encryptedIndex);
    }

    private void EncryptAll(PacketBatch batch, ref ulong index)
    {
        for (var i = 0; i < PacketBatch.Count; i++) Encrypt(batch[i], index++);
    }

    private void DecryptAll()
    {
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            if (!TryDecrypt(_received[i], _receivedIndex++)) throw new InvalidOperationException("A packet was not accepted.");
        }
    }
}
