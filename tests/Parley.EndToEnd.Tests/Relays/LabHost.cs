using System.Diagnostics;

namespace Parley.EndToEnd.Tests.Relays;

/// <summary>A machine of the lab: a network namespace with an address on the lab's one network.</summary>
internal sealed record LabHost(string Namespace, string Address)
{
    /// <summary>A program and its arguments, made to run there.</summary>
    public (string Program, IEnumerable<string> Arguments) On(string program, params IEnumerable<string> arguments) =>
        ("ip", ["netns", "exec", Namespace, program, .. arguments]);

    public ProcessStartInfo StartOf(string program, params IEnumerable<string> arguments)
    {
        var (launcher, all) = On(program, arguments);
        return new ProcessStartInfo(launcher, all)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
    }
}
