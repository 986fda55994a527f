using System.Runtime.CompilerServices;
using Parley.Realtime;

namespace Parley.Transceiver.Models;

/// <summary>
/// The sound of one utterance, 16 kHz, on its way to a recogniser: the shard appends, one reader follows, and neither waits
/// for the other. At most <see cref="MaxLength"/>; what comes after is dropped. Its blocks return to the pool when both
/// sides are done, so a steady state allocates nothing.
/// </summary>
internal sealed class UtteranceAudio
{
    public const int SampleRate = 16_000;
    public static readonly TimeSpan MaxLength = RealtimeSession.MaxUtterance;

    private const int BlockLength = SampleRate;
    private static readonly int MaxSamples = (int)MaxLength.TotalSeconds * SampleRate;

    private readonly short[]?[] _blocks = new short[MaxSamples / BlockLength][];
    private readonly BlockPool _pool;
    private readonly AsyncSignal _more = new();
    private int _written;
    private bool _isComplete;
    private int _owners = 2;

    public UtteranceAudio(BlockPool pool) => _pool = pool;

    /// <summary>Shard's side: nothing more is taken.</summary>
    public bool IsFull => _written == MaxSamples;

    /// <summary>Shard's side.</summary>
    public void Append(ReadOnlySpan<short> samples)
    {
        if (_isComplete) return;
        var written = _written;
        samples = samples[..Math.Min(samples.Length, MaxSamples - written)];
        while (!samples.IsEmpty)
        {
            var offset = written % BlockLength;
            var block = _blocks[written / BlockLength] ??= _pool.Rent();
            var take = Math.Min(samples.Length, BlockLength - offset);
            samples[..take].CopyTo(block.AsSpan(offset));
            samples = samples[take..];
            written += take;
        }
        Volatile.Write(ref _written, written);
        _more.Set();
    }

    /// <summary>Shard's side: nothing follows.</summary>
    public void Complete()
    {
        if (_isComplete) return;
        Volatile.Write(ref _isComplete, true);
        _more.Set();
        Leave();
    }

    /// <summary>Reader's side, once: what was appended and what will be, up to <see cref="Complete"/> or cancellation.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<short>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static signal => ((AsyncSignal)signal!).Set(), _more);
        var read = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The order matters: what was written before the end is read before the end is seen.
            var isComplete = Volatile.Read(ref _isComplete);
            var written = Volatile.Read(ref _written);
            if (read < written)
            {
                var offset = read % BlockLength;
                var take = Math.Min(written - read, BlockLength - offset);
                yield return _blocks[read / BlockLength].AsMemory(offset, take);
                read += take;
                continue;
            }
            if (isComplete) yield break;
            await _more.WaitAsync();
        }
    }

    /// <summary>Reader's side: it will not look at the samples again.</summary>
    public void ReleaseReader() => Leave();

    private void Leave()
    {
        if (Interlocked.Decrement(ref _owners) != 0) return;
        for (var i = 0; i < _blocks.Length; i++)
        {
            if (_blocks[i] is not { } block) continue;
            _blocks[i] = null;
            _pool.Return(block);
        }
    }

    /// <summary>One-second blocks, shared by all calls. Keeps a bounded number of unused ones.</summary>
    internal sealed class BlockPool
    {
        private const int MaxKept = 256;

        private readonly System.Collections.Concurrent.ConcurrentBag<short[]> _kept = [];

        public short[] Rent() => _kept.TryTake(out var block) ? block : new short[BlockLength];

        public void Return(short[] block)
        {
            if (_kept.Count < MaxKept) _kept.Add(block);
        }
    }
}
