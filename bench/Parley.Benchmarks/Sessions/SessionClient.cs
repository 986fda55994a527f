using System.Net.WebSockets;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Benchmarks.Echo;
using Parley.Net;

namespace Parley.Benchmarks.Sessions;

/// <summary>One conversation: the microphone in 100 ms pieces, a change of settings each second, a turn every four.</summary>
/// <param name="appends">What the microphone hears, again and again: <see cref="AppendsOf"/>.</param>
internal sealed class SessionClient(IReadOnlyList<byte[]> appends, FrameTally tally, MonotonicClock clock, CancellationToken stop) : IDisposable
{
    private const int PiecesPerTurn = 40;
    private const int PiecesPerUpdate = 10;

    /// <summary>Samples of 100 ms at 24 kHz.</summary>
    private const int PieceLength = 2400;

    private static readonly TimeSpan Piece = TimeSpan.FromMilliseconds(100);

    private static readonly byte[] Update = """{"type":"session.update","session":{"type":"realtime","audio":{"input":{"turn_detection":null}}}}"""u8.ToArray();
    private static readonly byte[] Commit = """{"type":"input_audio_buffer.commit"}"""u8.ToArray();
    private static readonly byte[] Create = """{"type":"response.create"}"""u8.ToArray();

    /// <summary>For each of these client events, when it was sent, and the server event that answers it.</summary>
    private static readonly byte[][] Answers = ["\"session.updated\""u8.ToArray(), "\"input_audio_buffer.committed\""u8.ToArray(), "\"response.created\""u8.ToArray()];

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly Instant[] _sentAt = [Instant.Never, Instant.Never, Instant.Never];

    /// <summary>Replies that were heard to their end.</summary>
    public int Replies { get; private set; }

    public int Errors { get; private set; }

    /// <summary>The events that bring <paramref name="sound"/>, 16 bit at 24 kHz, in whole pieces.</summary>
    public static IReadOnlyList<byte[]> AppendsOf(short[] sound) =>
    [
        .. sound.Chunk(PieceLength).Where(piece => piece.Length == PieceLength).Select(piece => Encoding.ASCII.GetBytes(
            $$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(MemoryMarshal.AsBytes(piece.AsSpan()))}}"}""")),
    ];

    public async Task ConnectAsync(Uri url)
    {
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await _socket.ConnectAsync(url, stop);
        _ = ReceiveAsync();
        await AskAsync(0, Update);
    }

    /// <summary>Talks until it is stopped.</summary>
    /// <param name="after">So that the clients do not all do the same at the same time.</param>
    public async Task TalkAsync(TimeSpan after)
    {
        try
        {
            await Task.Delay(after, stop);
            using var timer = new PeriodicTimer(Piece);
            for (var piece = 0; await timer.WaitForNextTickAsync(stop); piece++)
            {
                await SendAsync(appends[piece % appends.Count]);
                if (piece % PiecesPerUpdate == 0) await AskAsync(0, Update);
                if (piece % PiecesPerTurn != 0) continue;
                await AskAsync(1, Commit);
                await AskAsync(2, Create);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The measurement is over.
        }
    }

    public void Dispose() => _socket.Dispose();

    private ValueTask AskAsync(int question, byte[] utf8Json)
    {
        _sentAt[question] = clock.Now;
        tally.NoteSent();
        return SendAsync(utf8Json);
    }

    private ValueTask SendAsync(byte[] utf8Json) => _socket.SendAsync(utf8Json.AsMemory(), WebSocketMessageType.Text, true, stop);

    private async Task ReceiveAsync()
    {
        try
        {
            var isStart = true;
            while (true)
            {
                var received = await _socket.ReceiveAsync(_buffer.AsMemory(), stop);
                if (received.MessageType == WebSocketMessageType.Close) return;
                if (isStart) Note(_buffer.AsSpan(0, Math.Min(received.Count, 128)), clock.Now);
                isStart = received.EndOfMessage;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The measurement is over.
        }
    }

    private void Note(ReadOnlySpan<byte> start, Instant now)
    {
        if (start.IndexOf("\"response.done\""u8) >= 0) Replies++;
        else if (start.IndexOf("\"error\""u8) >= 0) Errors++;
        for (var i = 0; i < Answers.Length; i++)
        {
            if (_sentAt[i].IsNever || start.IndexOf(Answers[i]) < 0) continue;
            lock (tally) tally.NoteReturned(now - _sentAt[i]);
            _sentAt[i] = Instant.Never;
        }
    }
}
