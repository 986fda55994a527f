using Xunit.Sdk;
using Xunit.v3;

// Browsers and servers on the wall clock: one at a time, or they take each other's cores.
[assembly: Parallelization(Mode = ParallelMode.None)]
