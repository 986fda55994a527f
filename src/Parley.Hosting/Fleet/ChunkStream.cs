using Google.Protobuf;
using Grpc.Core;
using Parley.Hosting.Fleet.Wire;

namespace Parley.Hosting.Fleet;

/// <summary>The bytes of a sideband between two nodes as a stream. One reader and one writer at a time.</summary>
/// <param name="abort">Ends the call between the nodes at once.</param>
internal sealed class ChunkStream(IAsyncStreamReader<Chunk> reader, IAsyncStreamWriter<Chunk> writer, Action abort) : Stream
{
    /// <summary>gRPC takes 4 MB in a message, and events may be longer.</summary>
    private const int MaxChunk = 64 * 1024;

    private ReadOnlyMemory<byte> _rest;
    private int _isDisposed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Into no bytes it waits for some.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!await MoveNextAsync(cancellationToken)) return 0;
            _rest = reader.Current.Data.Memory;
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            for (; !buffer.IsEmpty; buffer = buffer[Math.Min(MaxChunk, buffer.Length)..])
                // The bytes are read before the write is done, and are the caller's until then.
                await writer.WriteAsync(new Chunk { Data = UnsafeByteOperations.UnsafeWrap(buffer[..Math.Min(MaxChunk, buffer.Length)]) }, cancellationToken);
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException)
        {
            throw new IOException("The other node is gone.", exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0) abort();
        base.Dispose(disposing);
    }

    private async Task<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.MoveNext(cancellationToken);
        }
        catch (RpcException exception)
        {
            throw new IOException("The other node is gone.", exception);
        }
    }
}
