namespace Parley.Realtime.Items;

/// <summary>The sound of one item, mono, 16 bit. Grows in blocks of about a third of a second or more.</summary>
internal sealed class ItemAudio(string itemId, int sampleRate)
{
    private const int BlockLength = 8192;

    private readonly List<short[]> _blocks = [];

    public string ItemId => itemId;

    /// <summary>Hz.</summary>
    public int SampleRate => sampleRate;

    /// <summary>Samples.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that it occupies.</summary>
    public int Size => _blocks.Count * BlockLength * sizeof(short);

    /// <summary>It had to make room for others, and part of it would be of no use.</summary>
    public bool IsDropped { get; private set; }

    public void Append(ReadOnlySpan<short> samples)
    {
        while (!samples.IsEmpty)
        {
            var offset = Length % BlockLength;
            if (offset == 0) _blocks.Add(new short[BlockLength]);
            var take = Math.Min(samples.Length, BlockLength - offset);
            samples[..take].CopyTo(_blocks[^1].AsSpan(offset));
            samples = samples[take..];
            Length += take;
        }
    }

    /// <summary>Keeps the first <paramref name="length"/> samples.</summary>
    public void Cut(int length)
    {
        if (length >= Length) return;
        Length = length;
        var blocks = (length + BlockLength - 1) / BlockLength;
        _blocks.RemoveRange(blocks, _blocks.Count - blocks);
    }

    public void Drop()
    {
        IsDropped = true;
        Length = 0;
        _blocks.Clear();
    }

    public short[] ToArray()
    {
        var samples = new short[Length];
        for (var i = 0; i < _blocks.Count; i++)
        {
            var start = i * BlockLength;
            _blocks[i].AsSpan(0, Math.Min(BlockLength, Length - start)).CopyTo(samples.AsSpan(start));
        }
        return samples;
    }
}
