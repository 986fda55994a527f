namespace Parley.Realtime.Settings;

/// <summary>A <c>format</c> object: <c>audio/pcm</c> with its rate in Hz, <c>audio/pcmu</c> or <c>audio/pcma</c>. With WebRTC the SDP decides.</summary>
/// <param name="Rate">Of PCM; null for G.711, whose rate is 8 kHz.</param>
public sealed record AudioFormat(string Type, int? Rate)
{
    public static readonly AudioFormat Pcm24K = new("audio/pcm", 24_000);

    public static readonly AudioFormat Pcmu = new("audio/pcmu", null);

    public static readonly AudioFormat Pcma = new("audio/pcma", null);

    public int BytesPerSample => Rate is null ? 1 : 2;
}
