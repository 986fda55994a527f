using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Transceiver.Rig;

namespace Parley.Transceiver.Tests;

/// <summary>What was said in a call can be had as sound; what clients bring as sound is recognised.</summary>
public sealed class ItemSoundTests
{
    [Fact]
    public void The_sound_of_both_sides_is_retrieved_as_far_as_a_message_holds_it()
    {
        var recognizer = new ScriptedRecognizer("what time is it");
        var voice = new ToneSynthesizer();
        using var stage = new Stage(1, ScriptedModels.Create(recognizer, new ScriptedChat(_ => "Noon."), voice));
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        caller.Machine.Say(Voice.Say("What time is it?"));
        stage.RunUntil(() => caller.Has("output_audio_buffer.stopped"), TimeSpan.FromSeconds(20), "the end of the reply");

        var heard = Retrieve(stage, caller, caller.Last("input_audio_buffer.committed").String("item_id")!);
        // 24 kHz of the 16 kHz that the recogniser heard.
        Assert.InRange(heard.Length - recognizer.Utterances.Single().Length * 3 / 2, -2, 2);
        var said = Retrieve(stage, caller, caller.Last("response.output_item.added").String("item", "id")!);
        Assert.Equal(voice.Said, said);
    }

    [Fact]
    public void A_recording_that_the_client_brings_is_recognised_and_answered()
    {
        var recognizer = new ScriptedRecognizer("what time is it");
        using var stage = new Stage(2, ScriptedModels.Create(recognizer, new ScriptedChat(asked => asked == "what time is it" ? "It is noon." : "?")));
        var caller = stage.Call();
        stage.RunUntil(() => caller.Has("session.created"), TimeSpan.FromSeconds(5), "the session");
        var audio = Convert.ToBase64String(MemoryMarshal.AsBytes<short>(Voice.Say("What time is it?")));
        caller.Send($$$"""{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":"{{{audio}}}"}]}}""");
        caller.Send("""{"type":"response.create","response":{"output_modalities":["text"]}}""");
        stage.RunUntil(() => caller.Has("response.done"), TimeSpan.FromSeconds(20), "the answer");
        Assert.Equal("It is noon.", caller.Last("response.output_text.done").String("text")!.Trim());
        Assert.Single(recognizer.Utterances);
    }

    private static short[] Retrieve(Stage stage, SimulatedCaller caller, string itemId)
    {
        var before = caller.Count("conversation.item.retrieved");
        caller.Send($$"""{"type":"conversation.item.retrieve","item_id":"{{itemId}}"}""");
        stage.RunUntil(() => caller.Count("conversation.item.retrieved") > before, TimeSpan.FromSeconds(5), "the item");
        var content = JsonDocument.Parse(caller.Last("conversation.item.retrieved").Json).RootElement.GetProperty("item").GetProperty("content");
        return MemoryMarshal.Cast<byte, short>(content[0].GetProperty("audio").GetBytesFromBase64()).ToArray();
    }
}
