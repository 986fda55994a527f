using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Parley.Realtime.Protocol;

namespace Parley.Realtime.Input;

/// <summary>
/// The audio of <c>input_audio_buffer.append</c>: base64 in, <see cref="AppendInput"/> out, in whole samples. A byte of a sample
/// that is split between two events waits for its other half, until the client commits or clears.
/// </summary>
internal sealed class AppendedAudio(SessionContext context)
{
    /// <summary>Bytes of audio that one event may bring.</summary>
    public const int MaxLength = 15 * 1024 * 1024;

    /// <summary>The buffer is kept from event to event, unless one of them made it larger than this.</summary>
    private const int MaxKept = 64 * 1024;

    private byte[] _buffer = [];
    private byte? _half;

    /// <summary>
    /// The way of nearly every append: from the event's bytes to samples without a document in between. False: it is another
    /// event, or there is something wrong with it, and nothing happened.
    /// </summary>
    public bool TryAppend(ReadOnlySpan<byte> utf8Json)
    {
        byte[]? unescaped = null;
        try
        {
            if (!AppendEvent.TryFindAudio(utf8Json, ref unescaped, out var base64)) return false;
            var room = Base64.GetMaxDecodedFromUtf8Length(base64.Length);
            if (room > MaxLength + 2 || !Utf8.IsValid(utf8Json)) return false;
            var start = BufferFor(room);
            if (Base64.DecodeFromUtf8(base64, _buffer.AsSpan(start), out _, out var written) != OperationStatus.Done || written > MaxLength)
                return false;
            Emit(start + written);
            return true;
        }
        finally
        {
            if (unescaped is not null) ArrayPool<byte>.Shared.Return(unescaped);
        }
    }

    /// <summary>The same, slowly, so that it can say what is wrong. Null: nothing was.</summary>
    public RealtimeError? Append(JsonElement root)
    {
        var fields = new FieldReader();
        var base64 = fields.RequiredText(root, "audio", "audio");
        if (fields.Error is not null) return fields.Error;
        if (base64.Length / 4 > MaxLength / 3)
            return RealtimeError.Invalid("string_above_max_length", $"Invalid 'audio': at most {MaxLength / 1024 / 1024} MiB of audio are accepted in one event.", "audio");
        var start = BufferFor(base64.Length / 4 * 3 + 3);
        if (!Convert.TryFromBase64String(base64, _buffer.AsSpan(start), out var written))
            return RealtimeError.Invalid("invalid_value", "Invalid 'audio': expected base64-encoded audio bytes in the session's input format.", "audio");
        Emit(start + written);
        return null;
    }

    /// <summary>What comes next begins with a whole sample.</summary>
    public void Align() => _half = null;

    /// <summary>Makes room for so many bytes. Returns where they are to begin: after the half sample of the event before.</summary>
    private int BufferFor(int length)
    {
        if (_buffer.Length < length + 1 || _buffer.Length > MaxKept) _buffer = new byte[Math.Max(length + 1, 4096)];
        return _half is null ? 0 : 1;
    }

    private void Emit(int length)
    {
        if (_half is { } half) _buffer[0] = half;
        var whole = length - length % context.Settings.InputFormat.BytesPerSample;
        _half = whole < length ? _buffer[whole] : null;
        if (whole > 0) context.Commands.Enqueue(new AppendInput(_buffer.AsMemory(0, whole)));
    }
}
