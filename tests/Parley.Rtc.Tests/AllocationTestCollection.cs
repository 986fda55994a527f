namespace Parley.Rtc.Tests;

/// <summary>For tests that measure allocation: they run one at a time, after all others. See AllocationMeter.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationTestCollection
{
    public const string Name = "allocation";
}
