namespace Parley.Transceiver.Routing;

/// <summary>The calls of one shard by their next deadline: a binary heap in which each call knows its place.</summary>
internal sealed class DeadlineHeap
{
    private readonly List<Seat> _heap = [];

    public int Count => _heap.Count;

    public Deadline Next => _heap.Count == 0 ? Deadline.None : _heap[0].Deadline;

    /// <summary>The call whose deadline is the earliest; only while there is one.</summary>
    public Seat First => _heap[0];

    public void Add(Seat seat)
    {
        seat.HeapIndex = _heap.Count;
        _heap.Add(seat);
        Up(seat);
    }

    /// <summary>Moves the call to where its deadline is now.</summary>
    public void Update(Seat seat, Deadline deadline)
    {
        var before = seat.Deadline.At;
        seat.Deadline = deadline;
        if (deadline.At == before) return;
        if (deadline.At < before) Up(seat);
        else Down(seat);
    }

    public void Remove(Seat seat)
    {
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last == seat) return;
        Place(last, seat.HeapIndex);
        Up(last);
        Down(last);
    }

    private void Up(Seat seat)
    {
        var index = seat.HeapIndex;
        while (index > 0 && seat.Deadline.At < _heap[(index - 1) / 2].Deadline.At)
        {
            Place(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }
        Place(seat, index);
    }

    private void Down(Seat seat)
    {
        var index = seat.HeapIndex;
        while (true)
        {
            var child = (2 * index) + 1;
            if (child >= _heap.Count) break;
            if (child + 1 < _heap.Count && _heap[child + 1].Deadline.At < _heap[child].Deadline.At) child++;
            if (_heap[child].Deadline.At >= seat.Deadline.At) break;
            Place(_heap[child], index);
            index = child;
        }
        Place(seat, index);
    }

    private void Place(Seat seat, int index)
    {
        _heap[index] = seat;
        seat.HeapIndex = index;
    }
}
