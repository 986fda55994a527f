using Parley.Conversation;
using Parley.Realtime.Items;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>What the parts of one session share.</summary>
internal sealed class SessionContext
{
    private readonly DateTimeOffset _expiresAt;

    /// <param name="resumed">The session that goes on; null: it is a new one.</param>
    public SessionContext(RealtimeSessionConfig config, IRandomSource random, SessionSnapshot? resumed = null)
    {
        Config = config;
        Settings = resumed?.Settings ?? config.Settings;
        Ids = new SessionIds(random);
        Audio = new ItemAudioStore(config.MaxItemAudioSize);
        Events = new ServerEvents(Ids);
        SessionId = resumed?.SessionId ?? Ids.Next("sess_");
        ConversationId = resumed?.ConversationId ?? Ids.Next("conv_");
        _expiresAt = resumed?.ExpiresAt ?? config.CreatedAt + config.MaxDuration;
        if (resumed is null) return;
        Log.Restore(resumed.Items);
        foreach (var recording in resumed.Recordings) Audio.Append(recording.ItemId, recording.SampleRate, recording.Samples.Span);
    }

    public RealtimeSessionConfig Config { get; }

    public SessionSettings Settings { get; set; }

    public SessionIds Ids { get; }

    public ServerEvents Events { get; }

    public Queue<SessionCommand> Commands { get; } = new();

    public ConversationLog Log { get; } = new();

    public ItemAudioStore Audio { get; }

    public CounterTable<SessionAnomaly> Anomalies { get; } = new();

    public string SessionId { get; }

    public string ConversationId { get; }

    /// <summary>Seconds since 1970.</summary>
    public long ExpiresAt => _expiresAt.ToUnixTimeSeconds();

    /// <summary>How long the session lives from its birth, or from when it is taken up again.</summary>
    public TimeSpan Lifetime => _expiresAt > Config.CreatedAt ? _expiresAt - Config.CreatedAt : TimeSpan.Zero;

    public string NewItemId() => Ids.Next("item_");

    public SessionSnapshot Snapshot(IReadOnlyList<SpokenReply> replies, bool hasSpoken) => new()
    {
        SessionId = SessionId,
        ConversationId = ConversationId,
        ExpiresAt = _expiresAt,
        Settings = Settings,
        Items = [.. Log.Items.Select(Settled)],
        Recordings = [.. Audio.All.Where(audio => Log.TryFind(audio.ItemId, out _))
            .Select(audio => new ItemRecording(audio.ItemId, audio.SampleRate, audio.ToArray()))],
        Replies = replies,
        HasSpoken = hasSpoken,
    };

    private static ConversationItem Settled(ConversationItem item) =>
        item.Status == ItemStatus.InProgress ? item with { Status = ItemStatus.Incomplete } : item;
}
