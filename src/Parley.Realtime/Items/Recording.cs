namespace Parley.Realtime.Items;

/// <summary>The sound that a client gives with a part of an item.</summary>
/// <param name="ContentIndex">The part that it belongs to.</param>
/// <param name="Samples">Mono, 16 bit.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="NeedsTranscript">The client gave none: the recogniser is to make it.</param>
internal sealed record Recording(int ContentIndex, short[] Samples, int SampleRate, bool NeedsTranscript);
