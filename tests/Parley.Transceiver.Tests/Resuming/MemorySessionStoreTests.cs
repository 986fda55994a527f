using Parley.Conversation;
using Parley.Realtime;
using Parley.Realtime.Settings;
using Parley.Simulation;
using Parley.Transceiver.Resuming;

namespace Parley.Transceiver.Tests.Resuming;

public sealed class MemorySessionStoreTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public void A_session_is_taken_once_by_its_owner()
    {
        using var store = NewStore();
        Save(store, "a");
        Assert.Null(Take(store, "a", "somebody else"));
        Assert.NotNull(Take(store, "a"));
        Assert.Null(Take(store, "a"));
    }

    [Fact]
    public void What_nobody_comes_for_is_dropped_when_its_time_is_up_and_not_when_the_next_one_comes()
    {
        using var store = NewStore();
        Save(store, "a", TimeSpan.FromSeconds(10));
        Save(store, "b", TimeSpan.FromSeconds(20));
        _clock.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(1, store.Count);
        Assert.Null(Take(store, "a"));
        _clock.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Sessions_are_bounded_in_number_and_what_would_live_shortest_makes_way()
    {
        using var store = NewStore(maxSessions: 2);
        Save(store, "long", TimeSpan.FromSeconds(30));
        Save(store, "short", TimeSpan.FromSeconds(10));
        Save(store, "new", TimeSpan.FromSeconds(20));
        Assert.Null(Take(store, "short"));
        Assert.NotNull(Take(store, "long"));
        Assert.NotNull(Take(store, "new"));
    }

    [Fact]
    public void Sessions_are_bounded_in_bytes_with_their_texts_pictures_and_sound()
    {
        using var store = NewStore(maxBytes: 1_000_000);
        Save(store, "sound", recording: 300_000);
        Save(store, "text", text: new string('x', 300_000));
        Assert.Null(Take(store, "sound"));
        Assert.NotNull(Take(store, "text"));
        Save(store, "larger than all", text: new string('x', 600_000));
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void A_session_that_is_saved_again_takes_the_place_of_what_was_there()
    {
        using var store = NewStore(maxSessions: 1);
        Save(store, "a", text: "old");
        Save(store, "a", text: "new");
        Assert.Equal("new", ((MessageItem)Assert.Single(Take(store, "a")!.Snapshot.Items)).Text);
    }

    private MemorySessionStore NewStore(int maxSessions = 10, long maxBytes = 10_000_000) => new(new VirtualTimeProvider(_clock), maxSessions, maxBytes);

    private static void Save(MemorySessionStore store, string id, TimeSpan? timeToLive = null, string text = "hello", int recording = 0)
    {
        var saving = store.SaveAsync(new StoredSession(new SessionSnapshot
        {
            SessionId = id,
            ConversationId = "conv",
            ExpiresAt = DateTimeOffset.UnixEpoch,
            Settings = SessionSettings.Default,
            Items = [new MessageItem("item", MessageRole.User, [new ContentPart(ContentKind.Text, text)])],
            Recordings = [new ItemRecording("item", 16_000, new short[recording])],
            Replies = [],
            HasSpoken = false,
        }, "owner"), timeToLive ?? TimeSpan.FromSeconds(60), CancellationToken.None);
        Assert.True(saving.IsCompletedSuccessfully);
    }

    private static StoredSession? Take(MemorySessionStore store, string id, string owner = "owner")
    {
        var taking = store.TakeAsync(id, owner, CancellationToken.None).AsTask();
        Assert.True(taking.IsCompletedSuccessfully);
        return taking.GetAwaiter().GetResult();
    }
}
