namespace Parley.Transceiver.Output;

/// <summary>What is measured of the way to the client.</summary>
internal readonly record struct OutputConditions
{
    /// <summary>The fraction of our packets that is lost, 0…1; null before the first report.</summary>
    public double? Loss { get; init; }

    public TimeSpan? RoundTripTime { get; init; }

    /// <summary>What the path is thought to carry, in bit/s of IP packets; null for not known, which is no bound.</summary>
    public long? PathBitsPerSecond { get; init; }

    /// <summary>The client takes RED. (RFC 2198)</summary>
    public bool CanRepeat { get; init; }

    /// <summary>The client can ask for packets again. (RFC 4585 §6.2.1)</summary>
    public bool CanResend { get; init; }
}
