using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Parley.Rtc.Srtp;

/// <summary>The last, short block of a text: read and written without touching a byte outside it.</summary>
internal static class PartialBlock
{
    /// <summary>The <paramref name="length"/> bytes (1…15) at <paramref name="source"/>, then zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ref byte source, int length)
    {
        ulong low;
        var high = 0UL;
        if (length >= sizeof(ulong))
        {
            low = Unsafe.ReadUnaligned<ulong>(ref source);
            if (length > sizeof(ulong)) high = LoadShort(ref Unsafe.Add(ref source, sizeof(ulong)), length - sizeof(ulong));
        }
        else
        {
            low = LoadShort(ref source, length);
        }
        return Vector128.Create(low, high).AsByte();
    }

    /// <summary>Writes the first <paramref name="length"/> bytes (1…15).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> block, ref byte destination, int length)
    {
        var rest = block.AsUInt64()[0];
        if (length >= sizeof(ulong))
        {
            Unsafe.WriteUnaligned(ref destination, rest);
            destination = ref Unsafe.Add(ref destination, sizeof(ulong));
            length -= sizeof(ulong);
            rest = block.AsUInt64()[1];
        }
        if ((length & 4) != 0)
        {
            Unsafe.WriteUnaligned(ref destination, (uint)rest);
            destination = ref Unsafe.Add(ref destination, 4);
            rest >>= 32;
        }
        if ((length & 2) != 0)
        {
            Unsafe.WriteUnaligned(ref destination, (ushort)rest);
            destination = ref Unsafe.Add(ref destination, 2);
            rest >>= 16;
        }
        if ((length & 1) != 0) destination = (byte)rest;
    }

    /// <summary>1…7 bytes, little-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LoadShort(ref byte source, int length)
    {
        var value = 0UL;
        var offset = 0;
        if ((length & 4) != 0)
        {
            value = Unsafe.ReadUnaligned<uint>(ref source);
            offset = 4;
        }
        if ((length & 2) != 0)
        {
            value |= (ulong)Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref source, offset)) << (8 * offset);
            offset += 2;
        }
        if ((length & 1) != 0) value |= (ulong)Unsafe.Add(ref source, offset) << (8 * offset);
        return value;
    }
}
