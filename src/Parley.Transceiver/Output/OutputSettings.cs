namespace Parley.Transceiver.Output;

/// <summary>How the next packets are made.</summary>
/// <param name="BitsPerSecond">Of Opus, without headers and copies.</param>
/// <param name="ExpectedLossPercent">What in-band error correction prepares for; 0 is none.</param>
/// <param name="RedundancyLevels">Copies of earlier packets in each packet.</param>
/// <param name="FramesPerPacket">Frames of 20 ms in one packet, 1…3.</param>
internal readonly record struct OutputSettings(int BitsPerSecond, int ExpectedLossPercent, int RedundancyLevels, int FramesPerPacket);
