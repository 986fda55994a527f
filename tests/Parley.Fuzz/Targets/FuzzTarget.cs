namespace Parley.Fuzz.Targets;

/// <summary>
/// Something that takes bytes from the network, and what must hold whatever they are. The same input does the same again, as far
/// as OpenSSL's own randomness allows.
/// </summary>
internal abstract class FuzzTarget
{
    /// <summary>As on the command line, and in the names of its files.</summary>
    public abstract string Name { get; }

    /// <summary>One line for the list of targets.</summary>
    public abstract string Summary { get; }

    /// <summary>The share of the time when all targets run.</summary>
    public virtual int Weight => 1;

    /// <summary>No input is longer, in bytes.</summary>
    public virtual int MaxLength => 2048;

    /// <summary>What one input may make the process allocate, in bytes, garbage included: a multiple of what honest ones do.</summary>
    public virtual long MaxAllocation => 64 * 1024;

    /// <summary>Byte strings that mean something to the target; the mutator strews them in.</summary>
    public virtual IReadOnlyList<byte[]> Dictionary => [];

    /// <summary>Honest inputs, made by the project's own writers, so that they stay honest when a format changes.</summary>
    public abstract IEnumerable<byte[]> Examples();

    /// <summary>Throws when something does not hold.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);
}
