namespace Parley.Benchmarks.Echo;

/// <summary>One end of an echo: sends a frame when it is told to, and recognises its own frames when they come back. Driven by <see cref="FlowLoop"/>'s thread.</summary>
internal interface IEchoFlow
{
    /// <summary>Frames can be sent.</summary>
    bool IsUp { get; }

    Deadline NextDeadline { get; }

    void HandleDatagram(Span<byte> bytes, Instant now);

    void HandleTimeout(Instant now);

    void SendFrame(Instant now);

    bool TryPollTransmit(Span<byte> buffer, out int length);
}
