using System.Buffers;
using System.Buffers.Binary;

namespace Parley.Transceiver;

/// <summary>
/// Whose a call over WebRTC is, as its id says: <c>rtc_</c> and 32 characters of 20 bytes in base32, the cluster (2 bytes, most significant first), the
/// node (2) and 16 that are random. So a hang-up or a sideband finds the owner from any node, with no lookup. The id is no secret and
/// no proof: whose key made the call is for the owner to say.
/// </summary>
public readonly record struct CallId(ushort Cluster, ushort Node)
{
    private const string Prefix = "rtc_";

    /// <summary>RFC 4648 §6, in lower case.</summary>
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    private const int RouteBytes = 4;
    private const int Bytes = RouteBytes + 16;
    private const int BitsPerCharacter = 5;
    private const int Characters = Bytes * 8 / BitsPerCharacter;

    /// <summary>The route's bits end within a character that random ones share.</summary>
    private const int RouteCharacters = ((RouteBytes * 8) + BitsPerCharacter - 1) / BitsPerCharacter;

    /// <summary>A new id of this cluster and node.</summary>
    public string Create(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, Cluster);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], Node);
        random.Fill(bytes[RouteBytes..]);
        Span<char> characters = stackalloc char[Prefix.Length + Characters];
        Prefix.CopyTo(characters);
        for (var i = 0; i < Characters; i++)
        {
            // No character reaches over more than two bytes.
            var bit = i * BitsPerCharacter;
            var pair = (bytes[bit / 8] << 8) | (bit / 8 + 1 < Bytes ? bytes[(bit / 8) + 1] : 0);
            characters[Prefix.Length + i] = Alphabet[(pair >> (16 - BitsPerCharacter - (bit % 8))) & 31];
        }
        return new string(characters);
    }

    /// <summary>False for what is no id of a call over WebRTC, whatever it is.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CallId id)
    {
        id = default;
        if (text.Length != Prefix.Length + Characters || !text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        text = text[Prefix.Length..];
        if (text.ContainsAnyExcept(Allowed)) return false;
        ulong route = 0;
        foreach (var character in text[..RouteCharacters]) route = (route << BitsPerCharacter) | (uint)Alphabet.IndexOf(character, StringComparison.Ordinal);
        route >>= (RouteCharacters * BitsPerCharacter) - (RouteBytes * 8);
        id = new CallId((ushort)(route >> 16), (ushort)route);
        return true;
    }
}
