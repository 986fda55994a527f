using System.Globalization;
using static Parley.Benchmarks.Echo.Sockets.LibC;

namespace Parley.Benchmarks.Echo.Sockets;

/// <summary>Which cores threads run on. A thread inherits those of the one that starts it, and so does a process.</summary>
internal static unsafe class Cores
{
    private const int MaskWords = 16;

    /// <summary>Two cores that this process may use, one for each of two parties that are not to disturb each other.</summary>
    /// <exception cref="BenchmarkException">There is only one.</exception>
    public static (int First, int Second) Two(string first, string second) => Allowed() is [var one, var two, ..]
        ? (one, two)
        : throw new BenchmarkException($"This needs two cores, one for {first} and one for {second}, and this process may use only one.");

    public static void PinThread(int core) => Pin(0, core);

    /// <summary>Pins every thread that this process has.</summary>
    public static void PinProcess(int core)
    {
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
            Pin(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), core);
    }

    /// <summary>The numbers of the cores that this process may use, in order.</summary>
    private static List<int> Allowed()
    {
        var mask = stackalloc ulong[MaskWords];
        Check(sched_getaffinity(0, MaskWords * sizeof(ulong), mask), "sched_getaffinity");
        List<int> cores = [];
        for (var core = 0; core < MaskWords * 64; core++)
            if ((mask[core / 64] >> (core % 64) & 1) != 0) cores.Add(core);
        return cores;
    }

    private static void Pin(int thread, int core)
    {
        var mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        mask[core / 64] = 1UL << (core % 64);
        Check(sched_setaffinity(thread, MaskWords * sizeof(ulong), mask), "sched_setaffinity");
    }
}
