using Parley.Conversation;

namespace Parley.Realtime.Protocol;

internal sealed partial class ServerEvents
{
    public void ItemAdded(ConversationItem item, string? previousItemId) => Item("conversation.item.added", item, previousItemId);

    public void ItemDone(ConversationItem item, string? previousItemId) => Item("conversation.item.done", item, previousItemId);

    public void ItemRetrieved(ConversationItem item)
    {
        Begin("conversation.item.retrieved");
        _json.WritePropertyName("item");
        ItemJson.Write(_json, item);
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

    private void Item(string type, ConversationItem item, string? previousItemId)
    {
        Begin(type);
        _json.WriteString("previous_item_id", previousItemId);
        _json.WritePropertyName("item");
        ItemJson.Write(_json, item);
        End();
    }
}
