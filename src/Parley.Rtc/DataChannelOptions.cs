namespace Parley.Rtc;

/// <summary>What a data channel is opened with. The default is reliable and ordered. (RFC 8831 §6.1, RFC 8832 §5.1)</summary>
public sealed record DataChannelOptions
{
    /// <summary>Names the channel. Together with <see cref="Protocol"/> at most 1024 bytes of UTF-8.</summary>
    public string Label { get; init; } = "";

    public string Protocol { get; init; } = "";

    /// <summary>False: messages may overtake each other.</summary>
    public bool IsOrdered { get; init; } = true;

    /// <summary>How often a message may be sent again before it is given up. Not together with <see cref="MaxPacketLifetime"/>.</summary>
    public ushort? MaxRetransmits { get; init; }

    /// <summary>After this a message is given up; positive, in whole ms. Not together with <see cref="MaxRetransmits"/>.</summary>
    public TimeSpan? MaxPacketLifetime { get; init; }

    /// <summary>The SCTP stream that both sides agreed on; then nothing is said on the wire. Null: the next free one is announced by DCEP.</summary>
    public ushort? NegotiatedId { get; init; }

    /// <exception cref="ArgumentException">Options that exclude each other.</exception>
    internal void Check()
    {
        if (MaxRetransmits is not null && MaxPacketLifetime is not null)
            throw new ArgumentException("A channel has MaxRetransmits or MaxPacketLifetime, not both.");
        if (MaxPacketLifetime is { } lifetime && (lifetime <= TimeSpan.Zero || lifetime.TotalMilliseconds > uint.MaxValue))
            throw new ArgumentException("MaxPacketLifetime must be positive and at most 2³²−1 ms.");
    }
}
