namespace Parley.Net.Tests;

/// <summary>Sends every datagram back to where it came from, and records what else happens.</summary>
internal sealed class EchoHandler : IShardHandler
{
    private readonly DatagramQueue _queue = new(256, Shard.MaxDatagramSize);

    public Deadline NextDeadline { get; set; } = Deadline.None;

    public Action<Instant>? OnTimeout { get; init; }

    public Action<object>? OnPosted { get; init; }

    public Action? OnDatagram { get; init; }

    public List<byte[]> HandedOver { get; } = [];

    public Action? OnHandedOver { get; init; }

    public Action<Exception>? OnFault { get; init; }

    public Action<TransportAddress[]>? OnAnticipated { get; init; }

    public void Anticipate(ReadOnlySpan<TransportAddress> sources) => OnAnticipated?.Invoke(sources.ToArray());

    public void HandleDatagram(in Datagram datagram, Instant now)
    {
        _queue.TryEnqueue(datagram.Payload, datagram.Source);
        OnDatagram?.Invoke();
    }

    public void HandleHandedOver(in Datagram datagram, Instant now)
    {
        HandedOver.Add(datagram.Payload.ToArray());
        OnHandedOver?.Invoke();
    }

    public void HandlePosted(object work, Instant now) => OnPosted?.Invoke(work);

    public void HandleTimeout(Instant now) => OnTimeout?.Invoke(now);

    public bool TryPollTransmit(Span<byte> buffer, out Transmit transmit) => _queue.TryDequeue(buffer, out transmit);

    public void HandleFault(Exception exception) => OnFault?.Invoke(exception);
}
