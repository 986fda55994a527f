using System.Security.Cryptography;

namespace Parley.Net;

/// <summary>The operating system's cryptographic generator. Thread-safe.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    public static readonly SystemRandomSource Instance = new();

    private SystemRandomSource()
    {
    }

    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
