namespace Parley.Realtime.Items;

/// <summary>The sound of one item, mono, 16 bit: a chain of blocks, which go back when it is cut or dropped.</summary>
internal sealed class ItemAudio(string itemId, int sampleRate, SoundBlocks blocks)
{
    private SoundBlock? _first;
    private SoundBlock? _last;

    public string ItemId => itemId;

    /// <summary>Hz.</summary>
    public int SampleRate => sampleRate;

    /// <summary>Samples.</summary>
    public int Length { get; private set; }

    /// <summary>It had to make room for others, and part of it would be of no use.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Bytes more that it will occupy with so many samples more.</summary>
    public int SizeOf(int samples) => (SoundBlocks.Count(Length + samples) - SoundBlocks.Count(Length)) * SoundBlocks.Size;

    public void Append(ReadOnlySpan<short> samples)
    {
        while (!samples.IsEmpty)
        {
            var offset = Length % SoundBlocks.Length;
            if (offset == 0) AddBlock();
            var take = Math.Min(samples.Length, SoundBlocks.Length - offset);
            samples[..take].CopyTo(_last!.Samples.AsSpan(offset));
            samples = samples[take..];
            Length += take;
        }
    }

    /// <summary>Keeps the first <paramref name="length"/> samples.</summary>
    public void Cut(int length)
    {
        if (length >= Length) return;
        Length = length;
        SoundBlock? last = null;
        for (var kept = SoundBlocks.Count(length); kept > 0; kept--) last = last is null ? _first : last.Next;
        var rest = last is null ? _first : last.Next;
        if (last is null) _first = null;
        else last.Next = null;
        _last = last;
        while (rest is not null)
        {
            var next = rest.Next;
            blocks.Return(rest);
            rest = next;
        }
    }

    public void Drop()
    {
        IsDropped = true;
        Cut(0);
    }

    public short[] ToArray()
    {
        var samples = new short[Length];
        var start = 0;
        for (var block = _first; block is not null; block = block.Next)
        {
            var length = Math.Min(SoundBlocks.Length, Length - start);
            block.Samples.AsSpan(0, length).CopyTo(samples.AsSpan(start));
            start += length;
        }
        return samples;
    }

    private void AddBlock()
    {
        var block = blocks.Rent();
        if (_last is null) _first = block;
        else _last.Next = block;
        _last = block;
    }
}
