namespace Parley.Net.Tests;

/// <summary>Counts what belongs to the whole process, so nothing runs beside it: sockets of other tests were once counted, too.</summary>
[Collection(nameof(AllocationTests))]
public sealed class FileDescriptorTests
{
    [Fact]
    public void Opening_and_closing_leaves_no_file_descriptors()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Counts /proc/self/fd.");
        OpenAndClose();
        var before = Count();
        for (var i = 0; i < 50; i++) OpenAndClose();
        // The runtime itself may open a file or two.
        Assert.InRange(Count(), 0, before + 10);

        static int Count() => Directory.GetFiles("/proc/self/fd").Length;

        static void OpenAndClose()
        {
            using var group = PortKinds.Bind(usePlainSockets: false, shards: 2);
            group.Start(_ => new EchoHandler());
            group.Shards[0].TryPost("wake");
        }
    }
}
