using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Parley.Cli.Doctor;

/// <summary>Looks at the machine and the runtime.</summary>
internal static class Machine
{
    public static IEnumerable<Finding> Look()
    {
        yield return new Finding(".NET", FindingStatus.Ok, RuntimeInformation.FrameworkDescription);
        yield return new Finding("system", FindingStatus.Ok, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores");
        yield return OperatingSystem.IsLinux()
            ? new Finding("system calls", FindingStatus.Ok, "recvmmsg and sendmmsg: packets in batches")
            : new Finding("system calls", FindingStatus.Worse, "plain sockets: a system call for each packet", "Linux is the system to serve many calls on.");
        yield return X86Aes.IsSupported && Pclmulqdq.IsSupported
            ? new Finding("AES-GCM", FindingStatus.Ok, "by CPU instructions")
            : new Finding("AES-GCM", FindingStatus.Worse, "by the portable path" + (ArmBase.IsSupported ? " (this is an ARM processor)" : ""));
    }
}
