using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Parley.Fuzz.Engine;

/// <summary>
/// Which edges of the instrumented code an input runs through, and about how often: SharpFuzz's instrumentation counts them in
/// a map of 64 KiB, in AFL's form. Single-threaded.
/// </summary>
internal sealed unsafe class CoverageMap : IDisposable
{
    public const int Size = 1 << 16;

    private readonly byte* _counts = (byte*)NativeMemory.AllocZeroed(Size);
    private readonly byte[] _seen = new byte[Size];

    /// <summary>Lets the instrumented code count here.</summary>
    public CoverageMap() => Trace.SharedMem = _counts;

    /// <summary>Edges that any input has run through.</summary>
    public int Edges { get; private set; }

    public void Begin()
    {
        new Span<byte>(_counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Turns counts into AFL's eight classes, one bit each, so that only another order of magnitude is news.</summary>
    public void End()
    {
        for (var word = (ulong*)_counts; word < _counts + Size; word++)
        {
            if (*word == 0) continue;
            for (var i = (byte*)word; i < (byte*)(word + 1); i++) *i = Class(*i);
        }
    }

    /// <summary>Remembers what the last input ran through; true when some of it is new.</summary>
    public bool Merge()
    {
        var isNew = false;
        for (var i = 0; i < Size; i += sizeof(ulong))
        {
            if (*(ulong*)(_counts + i) == 0) continue;
            for (var at = i; at < i + sizeof(ulong); at++)
            {
                if ((_counts[at] & ~_seen[at]) == 0) continue;
                isNew = true;
                if (_seen[at] == 0) Edges++;
                _seen[at] |= _counts[at];
            }
        }
        return isNew;
    }

    /// <summary>The edges of the last input.</summary>
    public List<ushort> Current()
    {
        List<ushort> edges = [];
        for (var i = 0; i < Size; i++)
            if (_counts[i] != 0) edges.Add((ushort)i);
        return edges;
    }

    /// <summary>Inputs with the same hash ran through the same edges about as often.</summary>
    public ulong Hash()
    {
        var hash = 14695981039346656037;
        for (var word = (ulong*)_counts; word < _counts + Size; word++)
        {
            if (*word == 0) continue;
            hash = (hash ^ *word ^ ((ulong)((byte*)word - _counts) << 40)) * 1099511628211;
            hash ^= hash >> 29;
        }
        return hash;
    }

    public void Dispose() => NativeMemory.Free(_counts);

    private static byte Class(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
