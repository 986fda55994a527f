namespace Parley.Realtime.Items;

/// <summary>The blocks of one store: those in use, counted, and those that are free, so that a full store allocates nothing more.</summary>
internal sealed class SoundBlocks
{
    /// <summary>Samples of one block: a third of a second or more.</summary>
    public const int Length = 8192;

    /// <summary>Bytes of one block.</summary>
    public const int Size = Length * sizeof(short);

    private SoundBlock? _free;

    /// <summary>Bytes in use.</summary>
    public int Used { get; private set; }

    /// <summary>Blocks that so many samples take.</summary>
    public static int Count(int samples) => (samples + Length - 1) / Length;

    public SoundBlock Rent()
    {
        Used += Size;
        if (_free is not { } block) return new SoundBlock();
        _free = block.Next;
        block.Next = null;
        return block;
    }

    public void Return(SoundBlock block)
    {
        Used -= Size;
        block.Next = _free;
        _free = block;
    }
}

internal sealed class SoundBlock
{
    /// <summary>Pinned: it stays for as long as its session, and the collector would move it twice on its way to where old objects live.</summary>
    public short[] Samples { get; } = GC.AllocateUninitializedArray<short>(SoundBlocks.Length, pinned: true);

    /// <summary>The one after it, in an item or among the free ones.</summary>
    public SoundBlock? Next { get; set; }
}
