// Browsers and servers on the wall clock: one at a time, or they take each other's cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
