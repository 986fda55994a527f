using Parley.Relay.Configuration;

namespace Parley.Relay.Tests;

/// <summary>What an operator would have heard. Thread-safe.</summary>
internal sealed class RecordedEvents : IRelayEvents
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public void FileReloaded(FileReload reload) => Add($"{Path.GetFileName(reload.Name)}: {reload.Refusal ?? "in use"}");

    public void Draining(int flows, TimeSpan timeout) => Add($"draining {flows}");

    public void Ended(int flowsCut) => Add($"ended {flowsCut}");

    private void Add(string line)
    {
        lock (_lock) _lines.Add(line);
    }
}
