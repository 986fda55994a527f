namespace Parley.Realtime.Items;

/// <summary>
/// What was said in the conversation, as sound, for <c>conversation.item.retrieve</c> and for a session that is taken up again.
/// Bounded: when it is full, the sound of the oldest items goes first, and always wholly.
/// </summary>
/// <param name="maxSize">Bytes.</param>
internal sealed class ItemAudioStore(int maxSize)
{
    /// <summary>Hz of what users say.</summary>
    public const int InputRate = 16_000;

    /// <summary>Hz of what the assistant says.</summary>
    public const int OutputRate = 24_000;

    private readonly Dictionary<string, ItemAudio> _byItem = new(StringComparer.Ordinal);

    /// <summary>Those that have their sound, the oldest first.</summary>
    private readonly List<ItemAudio> _kept = [];

    private readonly SoundBlocks _blocks = new();

    /// <summary>Those that have their sound, the oldest first.</summary>
    public IEnumerable<ItemAudio> All => _kept.Where(audio => audio.Length > 0);

    public void Append(string itemId, int sampleRate, ReadOnlySpan<short> samples)
    {
        if (samples.IsEmpty) return;
        if (!_byItem.TryGetValue(itemId, out var audio))
        {
            audio = new ItemAudio(itemId, sampleRate, _blocks);
            _byItem.Add(itemId, audio);
            _kept.Add(audio);
        }
        // Room is made first, so that the new sound goes where the old one was.
        while (!audio.IsDropped && _blocks.Used + audio.SizeOf(samples.Length) > maxSize) Drop(_kept[0]);
        if (!audio.IsDropped) audio.Append(samples);
    }

    /// <summary>Null: there is none, or it had to make room.</summary>
    public ItemAudio? Find(string itemId) =>
        _byItem.TryGetValue(itemId, out var audio) && audio is { IsDropped: false, Length: > 0 } ? audio : null;

    /// <summary>Keeps what is heard in the first <paramref name="end"/>.</summary>
    public void Cut(string itemId, TimeSpan end)
    {
        if (Find(itemId) is { } audio) audio.Cut((int)(end.Ticks * audio.SampleRate / TimeSpan.TicksPerSecond));
    }

    /// <summary>The item is gone.</summary>
    public void Remove(string itemId)
    {
        if (_byItem.Remove(itemId, out var audio)) Drop(audio);
    }

    private void Drop(ItemAudio audio)
    {
        _kept.Remove(audio);
        audio.Drop();
    }
}
