using CsCheck;
using Parley.Simulation;
using Parley.Transceiver.Routing;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

public sealed class TableTests
{
    [Fact]
    public void The_address_table_behaves_like_a_dictionary() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 60]).Array[0, 400].Sample(operations =>
        {
            var table = new AddressTable<object>();
            var model = new Dictionary<TransportAddress, object>();
            foreach (var (add, key) in operations)
            {
                var address = key % 2 == 0
                    ? TransportAddress.FromIPv4(0x7F000001, (ushort)(key * 64))
                    : new TransportAddress((UInt128)(uint)key << 64, 5000);
                if (add)
                {
                    var value = new object();
                    table.Set(address, value);
                    model[address] = value;
                }
                else if (table.Remove(address) != model.Remove(address))
                {
                    return false;
                }
            }
            return table.Count == model.Count
                && model.All(pair => table.TryFind(pair.Key, out var value) && value == pair.Value)
                && !table.TryFind(TransportAddress.FromIPv4(1, 1), out _);
        }, iter: 500);

    [Fact]
    public void Looking_up_an_address_allocates_nothing()
    {
        var table = new AddressTable<object>();
        for (ushort port = 1; port < 1000; port++) table.Set(TransportAddress.FromIPv4(0x7F000001, port), table);
        table.TryFind(TransportAddress.FromIPv4(0x7F000001, 1), out _);
        Assert.Equal(0, AllocationMeter.Undisturbed(() =>
        {
            for (ushort port = 1; port < 2000; port++) table.TryFind(TransportAddress.FromIPv4(0x7F000001, port), out _);
        }));
    }

    [Fact]
    public void The_deadline_heap_always_knows_the_earliest() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 19], Gen.Int[0, 1000]).Array[0, 300].Sample(operations =>
        {
            var heap = new DeadlineHeap();
            var seats = Enumerable.Range(0, 20).Select(_ => new Seat(null!)).ToArray();
            var present = new HashSet<Seat>();
            foreach (var (operation, index, at) in operations)
            {
                var seat = seats[index];
                if (operation == 0 && present.Add(seat)) heap.Add(seat);
                else if (operation == 1 && present.Remove(seat)) heap.Remove(seat);
                else if (operation == 2 && present.Contains(seat)) heap.Update(seat, new Deadline(new Instant(at), "test"));
                var expected = present.Count == 0 ? Instant.Never : present.Min(each => each.Deadline.At);
                if (heap.Next.At != expected || heap.Count != present.Count) return false;
            }
            return true;
        }, iter: 500);
}
