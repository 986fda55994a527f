using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Transceiver.Output;

namespace Parley.Transceiver.Caller;

/// <summary>
/// The calling end of a session on a WebSocket, where audio travels within the events (<c>audio/pcm</c>, 24 kHz) and the client owns the playout: it
/// plays what came in real time, and when the user speaks over an answer it falls silent and tells how much of that was heard. A machine of
/// the sans-IO contract; single-threaded.
/// </summary>
public sealed class SocketCaller : ICallerLine
{
    private static readonly TimeSpan PullPeriod = TimeSpan.FromMilliseconds(10);

    /// <summary>After a standstill of more than this, neither end catches up.</summary>
    private static readonly TimeSpan MaxStandstill = TimeSpan.FromSeconds(1);

    /// <summary>Samples: ten minutes. What a server sends beyond is not kept.</summary>
    private const int MaxToHear = 600 * VoiceCaller.SampleRate;

    private readonly CallerVoice _voice = new();
    private readonly Queue<(string ItemId, ReadOnlyMemory<short> Samples)> _toHear = new();
    private readonly Queue<byte[]> _events = new();
    private readonly Queue<byte[]> _messages = new();
    private int _samplesToHear;
    private int _heardOfChunk;
    private string? _heardItem;
    private int _heardOfItem;
    private Instant _nextFrame = Instant.Never;
    private Instant _nextPull = Instant.Never;

    public bool IsConnected { get; private set; }

    public string? EndedBy { get; private set; }

    public bool IsChannelOpen => IsConnected && EndedBy is null;

    public bool IsSpeaking => _voice.IsSpeaking;

    /// <summary>Samples of the microphone that wait to be sent.</summary>
    public int SamplesToSay => _voice.SamplesToSay;

    public Instant SpokeUntil => _voice.SpokeUntil;

    public bool? HasAudioLeft => _toHear.Count > 0;

    public Deadline NextDeadline => IsChannelOpen
        ? Deadline.Earlier(new Deadline(_nextPull, "caller.Loudspeaker"), new Deadline(_nextFrame, "caller.Microphone"))
        : Deadline.None;

    public void HandleOpened(Instant now)
    {
        IsConnected = true;
        _nextFrame = _nextPull = now;
    }

    /// <summary>A message of the server.</summary>
    public void HandleMessage(byte[] utf8Json, Instant now)
    {
        ArgumentNullException.ThrowIfNull(utf8Json);
        _events.Enqueue(utf8Json);
        try
        {
            using var document = JsonDocument.Parse(utf8Json);
            if (document.RootElement.ValueKind == JsonValueKind.Object) Handle(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // It is no event; whoever follows the dialogue sees it all the same.
        }
    }

    /// <param name="reason">For people.</param>
    public void HandleClosed(string reason) => EndedBy ??= reason;

    public void HandleTimeout(Instant now)
    {
        if (!IsChannelOpen) return;
        if (now - _nextFrame > MaxStandstill) _nextFrame = now;
        while (_nextFrame <= now)
        {
            SendFrame();
            _nextFrame += Pacer.Period;
        }
    }

    public void Say(ReadOnlyMemory<short> samples) => _voice.Say(samples);

    public bool TrySendEvent(ReadOnlySpan<byte> utf8Json, Instant now)
    {
        if (!IsChannelOpen) return false;
        _messages.Enqueue(utf8Json.ToArray());
        return true;
    }

    /// <summary>The next message for the server.</summary>
    public bool TryPollMessage([NotNullWhen(true)] out byte[]? utf8Json) => _messages.TryDequeue(out utf8Json);

    public bool TryPollEvent([NotNullWhen(true)] out byte[]? utf8Json) => _events.TryDequeue(out utf8Json);

    public bool TryPollHeard(Instant now, Span<short> pcm, out int length, out Instant at)
    {
        if (now - _nextPull > MaxStandstill) _nextPull = now;
        (length, at) = (0, _nextPull);
        if (!IsChannelOpen || _nextPull > now) return false;
        length = VoiceCaller.HeardLength;
        Hear(pcm[..length]);
        _nextPull += PullPeriod;
        return true;
    }

    private void Handle(JsonElement e)
    {
        switch (Text(e, "type"))
        {
            case "response.output_audio.delta" or "response.audio.delta" when Text(e, "item_id") is { } item && Text(e, "delta") is { } delta:
                var samples = MemoryMarshal.Cast<byte, short>(Convert.FromBase64String(delta)).ToArray();
                if (samples.Length == 0 || _samplesToHear > MaxToHear) break;
                _toHear.Enqueue((item, samples));
                _samplesToHear += samples.Length;
                break;
            case "input_audio_buffer.speech_started" when _toHear.TryPeek(out var playing):
                // Of an item that has not begun to sound nothing was heard.
                var heard = playing.ItemId == _heardItem ? _heardOfItem : 0;
                FallSilent();
                Truncate(playing.ItemId, heard * 1000L / VoiceCaller.SampleRate);
                break;
        }
    }

    private void Hear(Span<short> pcm)
    {
        pcm.Clear();
        var filled = 0;
        while (filled < pcm.Length && _toHear.TryPeek(out var chunk))
        {
            if (chunk.ItemId != _heardItem) (_heardItem, _heardOfItem) = (chunk.ItemId, 0);
            var rest = chunk.Samples.Span[_heardOfChunk..];
            var take = Math.Min(rest.Length, pcm.Length - filled);
            rest[..take].CopyTo(pcm[filled..]);
            filled += take;
            _heardOfChunk += take;
            _heardOfItem += take;
            _samplesToHear -= take;
            if (_heardOfChunk < chunk.Samples.Length) break;
            _toHear.Dequeue();
            _heardOfChunk = 0;
        }
    }

    private void FallSilent()
    {
        _toHear.Clear();
        (_samplesToHear, _heardOfChunk) = (0, 0);
    }

    private void Truncate(string itemId, long milliseconds) => _messages.Enqueue(Encoding.UTF8.GetBytes(
        $$"""{"type":"conversation.item.truncate","item_id":"{{JsonEncodedText.Encode(itemId)}}","content_index":0,"audio_end_ms":{{milliseconds}}}"""));

    private void SendFrame()
    {
        Span<short> frame = stackalloc short[CallerVoice.FrameLength];
        _voice.Take(frame, _nextFrame);
        var prefix = "{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8;
        var suffix = "\"}"u8;
        var bytes = MemoryMarshal.AsBytes(frame);
        var message = new byte[prefix.Length + Base64.GetMaxEncodedToUtf8Length(bytes.Length) + suffix.Length];
        prefix.CopyTo(message);
        Base64.EncodeToUtf8(bytes, message.AsSpan(prefix.Length), out _, out var written);
        suffix.CopyTo(message.AsSpan(prefix.Length + written));
        _messages.Enqueue(message);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
