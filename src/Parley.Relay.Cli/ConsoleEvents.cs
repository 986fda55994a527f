using Parley.Relay.Configuration;

namespace Parley.Relay.Cli;

/// <summary>Lines for the operator. No address of a client and no key is among them.</summary>
internal sealed class ConsoleEvents(TextWriter output) : IRelayEvents
{
    public void FileReloaded(FileReload reload) => output.WriteLine(
        reload.Refusal is { } refusal
            ? $"parley relay: {reload.Name} has changed and cannot be used, what it said before still holds: {refusal}"
            : $"parley relay: {reload.Name} has changed and is in use.");

    public void Draining(int flows, TimeSpan timeout) =>
        output.WriteLine($"parley relay: no new flows; {flows} may go on for {timeout.TotalSeconds:0.#} s. A second signal ends it at once.");

    public void Ended(int flowsCut) => output.WriteLine(flowsCut == 0 ? "parley relay: ended." : $"parley relay: ended; {flowsCut} flows were cut off.");
}
