using System.IO.MemoryMappedFiles;

namespace Parley.Fuzz.Engine;

/// <summary>
/// The input that a worker is running, in a file that both processes map: it survives whatever happens to the worker. The count of
/// inputs shows that it moves.
/// </summary>
internal sealed class CurrentInput : IDisposable
{
    private const int CountOffset = 0;
    private const int LengthOffset = 8;
    private const int BytesOffset = 16;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public CurrentInput(string path, int maxLength)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, BytesOffset + maxLength);
        _view = _file.CreateViewAccessor();
    }

    public long Count => _view.ReadInt64(CountOffset);

    public void Write(byte[] input)
    {
        _view.Write(LengthOffset, input.Length);
        _view.WriteArray(BytesOffset, input, 0, input.Length);
        _view.Write(CountOffset, Count + 1);
    }

    public byte[] Read()
    {
        var input = new byte[_view.ReadInt32(LengthOffset)];
        _view.ReadArray(BytesOffset, input, 0, input.Length);
        return input;
    }

    public void Reset()
    {
        _view.Write(CountOffset, 0L);
        _view.Write(LengthOffset, 0);
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
