using System.Runtime.InteropServices;

namespace Parley.Cli;

/// <summary>Does something when the process is told to end once more after the first time.</summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public SecondSignal(Action again)
    {
        PosixSignal[] ends = [PosixSignal.SIGINT, PosixSignal.SIGTERM];
        _registrations = Array.ConvertAll(ends, end => PosixSignalRegistration.Create(end, _ =>
        {
            // What the first one does is the host's matter.
            if (Interlocked.Increment(ref _count) == 2) again();
        }));
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }
}
