using System.Buffers.Binary;

namespace Parley.Hosting.Access;

/// <summary>One who may call: a key, known by its hash alone, and what it has used. Thread-safe.</summary>
/// <param name="Name">For people; never the key.</param>
internal sealed record ApiKey(string Name, KeyHash Hash, KeyUsage Usage)
{
    /// <summary>Names the key in what it signs, the same on every node that knows it.</summary>
    public ulong Id => BinaryPrimitives.ReadUInt64BigEndian(Hash.Bytes.Span);
}
