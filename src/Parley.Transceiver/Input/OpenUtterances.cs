using Parley.Realtime;
using Parley.Transceiver.Models;

namespace Parley.Transceiver.Input;

/// <summary>The utterances that still take input audio: usually one, two when one ends after the next began.</summary>
internal sealed class OpenUtterances(InputSound input, RealtimeSession session)
{
    private readonly List<Entry> _entries = [];

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Feeds <paramref name="audio"/> with the input from sample <paramref name="from"/> on, past and to come.</summary>
    public void Begin(string itemId, long from, UtteranceAudio audio)
    {
        _entries.Add(new Entry(itemId, audio) { Next = Math.Max(0, from) });
        Feed();
    }

    /// <summary>The utterance ends at sample <paramref name="to"/>; false when it is not open.</summary>
    public bool End(string itemId, long to)
    {
        foreach (var entry in _entries)
        {
            if (entry.ItemId != itemId) continue;
            entry.End = to;
            Feed();
            return true;
        }
        return false;
    }

    public void Discard(string itemId)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].ItemId != itemId) continue;
            _entries[i].Audio.Complete();
            _entries.RemoveAt(i);
        }
    }

    /// <summary>Passes on what was heard since the last time, to the recognisers and to the session, which keeps it. Audio beyond an utterance's end that was passed on already stays.</summary>
    public void Feed()
    {
        Span<short> block = stackalloc short[InputSound.FrameLength * 4];
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            var entry = _entries[i];
            var limit = Math.Min(input.Position, entry.End);
            while (entry.Next < limit)
            {
                var room = (int)Math.Min(block.Length, limit - entry.Next);
                var next = input.CopyFrom(entry.Next, block[..room], out var length);
                entry.Audio.Append(block[..length]);
                session.HandleUtteranceAudio(entry.ItemId, block[..length]);
                entry.Next = next;
            }
            if (input.Position < entry.End && !entry.Audio.IsFull) continue;
            entry.Audio.Complete();
            _entries.RemoveAt(i);
        }
    }

    public void Close()
    {
        foreach (var entry in _entries) entry.Audio.Complete();
        _entries.Clear();
    }

    private sealed class Entry(string itemId, UtteranceAudio audio)
    {
        public string ItemId => itemId;

        public UtteranceAudio Audio => audio;

        /// <summary>The first sample not passed on yet.</summary>
        public long Next { get; set; }

        public long End { get; set; } = long.MaxValue;
    }
}
