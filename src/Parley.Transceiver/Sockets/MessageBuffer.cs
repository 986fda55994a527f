using System.Buffers;

namespace Parley.Transceiver.Sockets;

/// <summary>One message as it arrives: rented memory that doubles as it must, and that is given back when the message was dealt with.</summary>
internal sealed class MessageBuffer(MessageBudget budget, int maxLength)
{
    private const int FirstLength = 8 * 1024;

    private byte[] _bytes = [];

    /// <summary>What was asked of the pool, which may give more.</summary>
    private int _length;
    private int _filled;

    public ReadOnlyMemory<byte> Message => _bytes.AsMemory(0, _filled);

    /// <summary>Where the next bytes go, after <see cref="MakeRoom"/>.</summary>
    public Memory<byte> Room => _bytes.AsMemory(_filled, _length - _filled);

    public void Advance(int count) => _filled += count;

    public MessageStatus MakeRoom()
    {
        if (_filled > maxLength) return MessageStatus.TooLong;
        if (_filled < _length) return MessageStatus.Ok;
        // A byte more than is accepted, so that what is too long shows.
        var length = (int)Math.Min(Math.Max(FirstLength, _length * 2L), maxLength + 1L);
        if (!budget.TryGrow(_length, length)) return MessageStatus.NoMemory;
        var larger = ArrayPool<byte>.Shared.Rent(length);
        _bytes.AsSpan(0, _filled).CopyTo(larger);
        GiveBack();
        (_bytes, _length) = (larger, length);
        return MessageStatus.Ok;
    }

    public void Clear()
    {
        budget.Return(_length);
        GiveBack();
        (_bytes, _length, _filled) = ([], 0, 0);
    }

    private void GiveBack()
    {
        if (_length > 0) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
