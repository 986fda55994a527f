namespace Parley.Transceiver.Routing;

/// <summary>
/// The calls of one shard by their next deadline: a binary heap in which each call knows its place. The instants stand in the heap
/// itself, so that comparing touches no call.
/// </summary>
internal sealed class DeadlineHeap
{
    private readonly List<Entry> _heap = [];

    public int Count => _heap.Count;

    public Deadline Next => _heap.Count == 0 ? Deadline.None : _heap[0].Seat.Deadline;

    /// <summary>The call whose deadline is the earliest; only while there is one.</summary>
    public Seat First => _heap[0].Seat;

    public void Add(Seat seat)
    {
        seat.HeapIndex = _heap.Count;
        var entry = new Entry(seat.Deadline.At, seat);
        _heap.Add(entry);
        Up(entry);
    }

    /// <summary>Moves the call to where its deadline is now.</summary>
    public void Update(Seat seat, Deadline deadline)
    {
        var before = seat.Deadline.At;
        seat.Deadline = deadline;
        if (deadline.At == before) return;
        var entry = new Entry(deadline.At, seat);
        if (deadline.At < before) Up(entry);
        else Down(entry);
    }

    public void Remove(Seat seat)
    {
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last.Seat == seat) return;
        Place(last, seat.HeapIndex);
        Up(last);
        Down(last);
    }

    private void Up(Entry entry)
    {
        var index = entry.Seat.HeapIndex;
        while (index > 0 && entry.At < _heap[(index - 1) / 2].At)
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }
        Place(entry, index);
    }

    private void Down(Entry entry)
    {
        var index = entry.Seat.HeapIndex;
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _heap.Count) break;
            if (child + 1 < _heap.Count && _heap[child + 1].At < _heap[child].At) child++;
            if (_heap[child].At >= entry.At) break;
            Place(_heap[child], index);
            index = child;
        }
        Place(entry, index);
    }

    private void Place(Entry entry, int index)
    {
        _heap[index] = entry;
        entry.Seat.HeapIndex = index;
    }

    private readonly record struct Entry(Instant At, Seat Seat);
}
