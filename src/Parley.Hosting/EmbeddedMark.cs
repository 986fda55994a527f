namespace Parley.Hosting;

/// <summary>In the container of an application that has Parley within it.</summary>
internal sealed class EmbeddedMark;
