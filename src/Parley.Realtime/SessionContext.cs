using Parley.Conversation;
using Parley.Realtime.Items;
using Parley.Realtime.Protocol;
using Parley.Realtime.Settings;

namespace Parley.Realtime;

/// <summary>What the parts of one session share.</summary>
internal sealed class SessionContext
{
    public SessionContext(RealtimeSessionConfig config, IRandomSource random)
    {
        Config = config;
        Settings = config.Settings;
        Ids = new SessionIds(random);
        Audio = new ItemAudioStore(config.MaxItemAudioSize);
        Events = new ServerEvents(Ids);
        SessionId = Ids.Next("sess_");
        ConversationId = Ids.Next("conv_");
        ExpiresAt = (config.CreatedAt + config.MaxDuration).ToUnixTimeSeconds();
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
    public long ExpiresAt { get; }

    public string NewItemId() => Ids.Next("item_");
}
