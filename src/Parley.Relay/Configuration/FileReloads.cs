namespace Parley.Relay.Configuration;

/// <summary>How often a file's changes were taken over, and how often not.</summary>
public readonly record struct FileReloads(long Taken, long Refused);
