namespace Parley.Fuzz.Targets;

/// <summary>The offers of browsers and other stacks that the tests of SDP use.</summary>
internal static class RecordedOffers
{
    public static IEnumerable<byte[]> All
    {
        get
        {
            var assembly = typeof(RecordedOffers).Assembly;
            foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sdp", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                yield return bytes.ToArray();
            }
        }
    }
}
