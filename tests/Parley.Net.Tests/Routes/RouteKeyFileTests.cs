using Parley.Net.Routes;

namespace Parley.Net.Tests.Routes;

public sealed class RouteKeyFileTests
{
    private const string Secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Fact]
    public void A_ring_goes_through_a_file_that_only_its_owner_may_read()
    {
        var rig = new RouteRig();
        var ring = rig.Ring.Rotate(rig.Random, rig.Time.GetUtcNow(), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        var folder = Directory.CreateTempSubdirectory("parley-keys-");
        try
        {
            var path = Path.Combine(folder.FullName, "route.keys");
            File.WriteAllText(path, "anybody may read this");
            RouteKeyFile.Save(path, ring);
            Assert.Equal([path], Directory.GetFiles(folder.FullName));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

            var loaded = RouteKeyFile.Load(path);
            Assert.Equal(ring.Print(), loaded.Print());
            rig.Opener.Ring = loaded;
            Assert.Equal(RouteStatus.Ok, rig.Open(rig.Sealer.Seal(1, 7, TimeSpan.FromHours(1)).Ufrag));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Comments_and_empty_lines_are_skipped()
    {
        var ring = RouteKeyRing.Parse($"# made by hand\n\n  3   {Secret}  2026-01-01T00:00:00Z  -  \r\n");
        Assert.Equal(3, Assert.Single(ring.Keys).Id);
        Assert.Null(ring.Keys[0].RetireAfter);
    }

    [Theory]
    [InlineData("", "no route key")]
    [InlineData("3 x", "Line 1 of the route keys needs four fields")]
    [InlineData("16 " + Secret + " 2026-01-01T00:00:00Z -", "id of 0 to 15")]
    [InlineData("-1 " + Secret + " 2026-01-01T00:00:00Z -", "id of 0 to 15")]
    [InlineData("\n3 AAEC 2026-01-01T00:00:00Z -", "Line 2 of the route keys needs 32 bytes in base64")]
    [InlineData("3 " + Secret + " yesterday -", "third field")]
    [InlineData("3 " + Secret + " 2026-01-01T00:00:00Z tomorrow", "fourth field")]
    [InlineData("3 " + Secret + " 2026-01-01T00:00:00Z -\n3 " + Secret + " 2026-01-01T00:00:00Z -", "Two route keys have the id 3")]
    public void A_mistake_is_named_with_its_line_and_without_the_secret(string text, string message)
    {
        var mistake = Assert.Throws<FormatException>(() => RouteKeyRing.Parse(text));
        Assert.Contains(message, mistake.Message);
        Assert.DoesNotContain(Secret, mistake.Message);
    }

    [Fact]
    public void Neither_keys_nor_credentials_print_themselves()
    {
        var rig = new RouteRig();
        Assert.DoesNotContain(Convert.ToBase64String(rig.Ring.Keys[0].Secret), $"{rig.Ring.Keys[0]} {rig.Ring}");
        Assert.Equal("[credentials]", rig.Sealer.Seal(1, 7, TimeSpan.FromHours(1)).ToString());
    }
}
