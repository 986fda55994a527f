using System.Buffers.Binary;

namespace Parley;

/// <summary>Where pure code gets randomness: cryptographic in production, seeded in tests. Not thread-safe.</summary>
public interface IRandomSource
{
    void Fill(Span<byte> destination);
}

public static class RandomSourceExtensions
{
    public static uint NextUInt32(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        random.Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public static ulong NextUInt64(this IRandomSource random)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        random.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Characters drawn evenly from <paramref name="alphabet"/>, whose length must divide 256.</summary>
    public static string NextString(this IRandomSource random, string alphabet, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(256 % alphabet.Length, 0, nameof(alphabet));
        return string.Create(length, (random, alphabet), static (chars, state) =>
        {
            Span<byte> bytes = stackalloc byte[chars.Length];
            state.random.Fill(bytes);
            for (var i = 0; i < chars.Length; i++) chars[i] = state.alphabet[bytes[i] % state.alphabet.Length];
        });
    }
}
