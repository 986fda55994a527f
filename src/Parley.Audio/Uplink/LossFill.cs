namespace Parley.Audio;

/// <summary>
/// What fills the time of lost packets, piece by piece: what the decoder makes of the past as long as it can, then zeros, and at the end
/// what the packet behind the loss has in its in-band FEC. Samples at 48 kHz.
/// </summary>
internal struct LossFill
{
    /// <summary>A decoder extends the past for so long: 120 ms. Then it has faded, and zeros are cheaper.</summary>
    private const int MaxExtension = 5760;

    private int _extended;

    /// <summary>The time before the next packet is that of lost ones, and no pause of the sender.</summary>
    public bool IsOpen { get; private set; }

    public void Open()
    {
        IsOpen = true;
        _extended = 0;
    }

    public void Close() => IsOpen = false;

    /// <summary>All that is left of the loss is what the packet behind it has.</summary>
    public static bool EndsByFec(long gap, in OpusPacket behind) => behind.HasInbandFec && gap == behind.FrameDuration;

    /// <summary>Takes the next piece to be made up.</summary>
    /// <param name="isExtendable">The loss is young enough for the decoder to extend the past.</param>
    public int TakePiece(long gap, in OpusPacket behind, out bool isExtendable)
    {
        var byFec = behind.HasInbandFec && gap >= behind.FrameDuration ? behind.FrameDuration : 0;
        var piece = (int)Math.Min(gap - byFec, SampleClock.Piece);
        isExtendable = piece % 120 == 0 && _extended + piece <= MaxExtension;
        _extended += piece;
        return piece;
    }
}
