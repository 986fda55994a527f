using System.Text.Json;
using Parley.Rtc.Dtls;
using Parley.Simulation;
using Parley.Transceiver.Caller;

namespace Parley.Transceiver.Rig;

/// <summary>A person with a browser, on virtual time: says recorded speech, keeps what is heard and what the data channel brings.</summary>
internal sealed class SimulatedCaller : IDisposable
{
    private readonly VirtualClock _clock;
    private readonly byte[] _buffer = new byte[1500];
    private readonly short[] _pcm = new short[VoiceCaller.HeardLength];
    private Instant _scheduled = Instant.Never;

    public SimulatedCaller(VirtualClock clock, DtlsCertificate certificate, TransportAddress address, SeededRandom random)
    {
        _clock = clock;
        Address = address;
        Machine = new VoiceCaller(certificate, address, random, clock.Now);
    }

    public VoiceCaller Machine { get; }

    /// <summary>Where its packets come from; may change, as behind a NAT.</summary>
    public TransportAddress Address { get; set; }

    public SimulatedLink? ToServer { get; set; }

    /// <summary>Everything heard from the first packet on, 24 kHz, as it comes out of the playout buffer.</summary>
    public List<short> Heard { get; } = [];

    /// <summary>When each sample block of <see cref="Heard"/> sounded: (index of its first sample, instant).</summary>
    public List<(int Index, Instant At)> HeardAt { get; } = [];

    public List<CallerEvent> Events { get; } = [];

    /// <summary>What leads the caller through a conversation; null when the test does.</summary>
    public Dialogue? Dialogue { get; set; }

    /// <summary>False once the caller was made to vanish.</summary>
    public bool IsAlive { get; set; } = true;

    public bool Has(string type) => Events.Exists(e => e.Type == type);

    public int Count(string type) => Events.Count(e => e.Type == type);

    public CallerEvent Last(string type) => Events.Last(e => e.Type == type);

    public void Accept(string answer)
    {
        if (!Machine.TryAcceptAnswer(answer, _clock.Now, out var error)) throw new InvalidOperationException(error.Message);
        Pump();
    }

    public void Receive(byte[] datagram, TransportAddress source)
    {
        if (!IsAlive) return;
        Machine.HandleDatagram(new Datagram(datagram, source), _clock.Now);
        Pump();
    }

    public void Send(string json)
    {
        if (!Machine.TrySendEvent(System.Text.Encoding.UTF8.GetBytes(json), _clock.Now)) throw new InvalidOperationException("The channel is not open.");
        Pump();
    }

    public void HangUp()
    {
        Machine.Close(_clock.Now);
        Pump();
    }

    /// <summary>To be called after using <see cref="Machine"/> directly.</summary>
    public void Pump()
    {
        if (!IsAlive) return;
        while (Machine.TryPollEvent(out var json))
        {
            Events.Add(CallerEvent.Parse(_clock.Now, json));
            Dialogue?.HandleEvent(json, _clock.Now);
        }
        while (Machine.TryPollHeard(_clock.Now, _pcm, out var length, out var at))
        {
            Dialogue?.HandleHeard(_pcm.AsSpan(0, length), at);
            if (Machine.HearsSince.IsNever) continue;
            HeardAt.Add((Heard.Count, _clock.Now));
            Heard.AddRange(_pcm.AsSpan(0, length));
        }
        Dialogue?.Advance(_clock.Now);
        while (Machine.TryPollTransmit(_buffer, out var transmit)) ToServer?.Send(_buffer.AsSpan(0, transmit.Length), Address);
        var next = Machine.NextDeadline.At;
        if (next.IsNever || next >= _scheduled) return;
        _scheduled = next;
        _clock.At(next, () =>
        {
            if (_scheduled == next) _scheduled = Instant.Never;
            if (!IsAlive) return;
            if (Machine.NextDeadline.IsDue(_clock.Now)) Machine.HandleTimeout(_clock.Now);
            Pump();
        });
    }

    public void Dispose() => Machine.Dispose();
}

/// <summary>A server event as the caller got it.</summary>
internal sealed record CallerEvent(Instant At, string Type, string Json)
{
    public static CallerEvent Parse(Instant at, byte[] utf8Json)
    {
        using var document = JsonDocument.Parse(utf8Json);
        return new CallerEvent(at, document.RootElement.GetProperty("type").GetString()!, System.Text.Encoding.UTF8.GetString(utf8Json));
    }

    public string? String(params string[] path)
    {
        using var document = JsonDocument.Parse(Json);
        var element = document.RootElement;
        foreach (var name in path)
            if (!element.TryGetProperty(name, out element)) return null;
        return element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText();
    }
}
