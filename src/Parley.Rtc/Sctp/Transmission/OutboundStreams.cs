namespace Parley.Rtc.Sctp.Transmission;

/// <summary>What is kept of each stream that is sent on. State is made for the streams that are used.</summary>
internal sealed class OutboundStreams(int streamCount)
{
    private const int FirstStreams = 4;

    private OutboundStream[] _streams = [];
    private int _lowCount;

    public ref OutboundStream this[ushort streamId]
    {
        get
        {
            if (streamId >= _streams.Length)
                Array.Resize(ref _streams, Math.Min(streamCount, Math.Max(streamId + 1, Math.Max(FirstStreams, _streams.Length * 2))));
            return ref _streams[streamId];
        }
    }

    /// <summary>Bytes given and not acknowledged, on one stream.</summary>
    public int BufferedBytes(ushort streamId) => streamId < _streams.Length ? _streams[streamId].BufferedBytes : 0;

    /// <summary>A chunk left the queue.</summary>
    public void Release(ushort streamId, int bytes)
    {
        ref var stream = ref _streams[streamId];
        var wasAbove = stream.BufferedBytes > stream.LowThreshold;
        stream.BufferedBytes -= bytes;
        if (stream.LowThreshold is null || !wasAbove || stream.IsLow || stream.BufferedBytes > stream.LowThreshold) return;
        stream.IsLow = true;
        _lowCount++;
    }

    /// <summary>Takes one stream whose buffered bytes fell to its threshold.</summary>
    public bool TryTakeLow(out ushort streamId)
    {
        streamId = 0;
        if (_lowCount == 0) return false;
        while (!_streams[streamId].IsLow) streamId++;
        _streams[streamId].IsLow = false;
        _lowCount--;
        return true;
    }
}

internal struct OutboundStream
{
    public ushort NextSsn;

    /// <summary>The fall is to be reported.</summary>
    public bool IsLow;

    public int BufferedBytes;

    /// <summary>Bytes; null when nobody wants to know.</summary>
    public int? LowThreshold;
}
