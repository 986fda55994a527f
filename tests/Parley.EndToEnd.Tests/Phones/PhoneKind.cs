namespace Parley.EndToEnd.Tests.Phones;

/// <summary>A WebRTC stack that the tests make calls with: which program is its phone, and what it can do beside talking.</summary>
internal sealed record PhoneKind(string Name, string Program, string[] Arguments, string Folder)
{
    /// <summary>It offers a call anew and then looks for a path anew. (RFC 8445 §9)</summary>
    public bool CanRestart { get; init; } = true;

    /// <summary>It uses TCP candidates. (RFC 6544)</summary>
    public bool CanUseTcp { get; init; }

    /// <summary>It has no candidates on loopback, or refuses the other side's.</summary>
    public bool NeedsOutwardAddress { get; init; } = true;

    /// <summary>It needs a page of the server to live in.</summary>
    public bool IsBrowser => Folder == "browser";

    public static IReadOnlyList<PhoneKind> All { get; } =
    [
        new("Chromium", "node", ["phone.mjs", "--browser", "chromium"], "browser") { CanUseTcp = true },
        new("Chromium with SNAP", "node", ["phone.mjs", "--browser", "chromium", "--fieldtrials", "WebRTC-Sctp-Snap/Enabled/"], "browser") { CanUseTcp = true },
        new("Firefox", "node", ["phone.mjs", "--browser", "firefox"], "browser") { CanUseTcp = true },
        new("libwebrtc", "node", ["wrtc.mjs"], "stacks") { CanUseTcp = true, NeedsOutwardAddress = false },
        // It has TCP candidates, but now and then it writes a packet again without its length (RFC 4571 §2), and the stream is lost.
        new("libdatachannel", "node", ["libdatachannel.mjs"], "stacks") { CanRestart = false, NeedsOutwardAddress = false },
        // It writes an offer for a restart, but sends no check when that was answered.
        new("werift", "node", ["werift.mjs"], "stacks") { CanRestart = false },
        // Debian's own Python: its packages are not seen by others.
        new("aiortc", "/usr/bin/python3", ["phone.py"], "stacks") { CanRestart = false },
    ];

    public static PhoneKind Named(string name) => All.Single(kind => kind.Name == name);
}
