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
    private readonly Queue<ItemAudio> _kept = new();

    private int _size;

    /// <summary>Those that have their sound, the oldest first.</summary>
    public IEnumerable<ItemAudio> All => _kept.Where(audio => audio.Length > 0);

    public void Append(string itemId, int sampleRate, ReadOnlySpan<short> samples)
    {
        if (samples.IsEmpty) return;
        if (!_byItem.TryGetValue(itemId, out var audio))
        {
            audio = new ItemAudio(itemId, sampleRate);
            _byItem.Add(itemId, audio);
            _kept.Enqueue(audio);
        }
        if (audio.IsDropped) return;
        _size -= audio.Size;
        audio.Append(samples);
        _size += audio.Size;
        while (_size > maxSize && _kept.TryDequeue(out var oldest)) Drop(oldest);
    }

    /// <summary>Null: there is none, or it had to make room.</summary>
    public ItemAudio? Find(string itemId) =>
        _byItem.TryGetValue(itemId, out var audio) && audio is { IsDropped: false, Length: > 0 } ? audio : null;

    /// <summary>Keeps what is heard in the first <paramref name="end"/>.</summary>
    public void Cut(string itemId, TimeSpan end)
    {
        if (Find(itemId) is not { } audio) return;
        _size -= audio.Size;
        audio.Cut((int)(end.Ticks * audio.SampleRate / TimeSpan.TicksPerSecond));
        _size += audio.Size;
    }

    /// <summary>The item is gone.</summary>
    public void Remove(string itemId)
    {
        if (_byItem.Remove(itemId, out var audio)) Drop(audio);
        // What is dropped needs no place among those to be dropped; without this they would pile up when much is deleted.
        while (_kept.TryPeek(out var oldest) && oldest.IsDropped) _kept.Dequeue();
    }

    private void Drop(ItemAudio audio)
    {
        _size -= audio.Size;
        audio.Drop();
    }
}
