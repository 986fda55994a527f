using Parley.Conversation;
using Parley.Realtime.Items;

namespace Parley.Realtime.Protocol;

internal sealed partial class ServerEvents
{
    public void ItemAdded(ConversationItem item, string? previousItemId) => Item("conversation.item.added", item, previousItemId);

    public void ItemDone(ConversationItem item, string? previousItemId) => Item("conversation.item.done", item, previousItemId);

    /// <param name="audio">What was said in it, in the session's format; null: nothing, or it is not kept.</param>
    /// <param name="maxLength">Bytes of the event, from which on it goes without the audio.</param>
    public void ItemRetrieved(ConversationItem item, byte[]? audio, int maxLength)
    {
        WriteRetrieved(item, audio);
        if (audio is not null && _json.BytesCommitted + _json.BytesPending >= maxLength) WriteRetrieved(item, audio: null);
        End();
    }

    public void ItemDeleted(string itemId)
    {
        Begin("conversation.item.deleted");
        _json.WriteString("item_id", itemId);
        End();
    }

    public void ItemTruncated(string itemId, TimeSpan audioEnd)
    {
        Begin("conversation.item.truncated");
        _json.WriteString("item_id", itemId);
        _json.WriteNumber("content_index", 0);
        _json.WriteNumber("audio_end_ms", Milliseconds(audioEnd));
        End();
    }

    private void WriteRetrieved(ConversationItem item, byte[]? audio)
    {
        Begin("conversation.item.retrieved");
        _json.WritePropertyName("item");
        ItemJson.WriteWhole(_json, item, audio);
    }

    private void Item(string type, ConversationItem item, string? previousItemId)
    {
        Begin(type);
        _json.WriteString("previous_item_id", previousItemId);
        _json.WritePropertyName("item");
        ItemJson.Write(_json, item);
        End();
    }
}
