using Parley.Conversation;
using Parley.Realtime.Settings;

namespace Parley.Realtime.Tests;

/// <summary>Push to talk: turn detection is off, and the client says where turns begin and end.</summary>
public sealed class ManualTurnTests
{
    private readonly TestCall _call = new(TestCall.Config with { Settings = SessionSettings.Default with { TurnDetection = null } });

    [Fact]
    [Shows(ApiPart.ClientEvent, "input_audio_buffer.commit")]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection: null")]
    public void Speech_alone_does_nothing_and_a_commit_makes_the_item_but_no_response()
    {
        _call.User.Says("hello", from: 1, to: 2);
        _call.Run(3);
        Assert.Equal(["session.created"], _call.Types);
        _call.Send("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal(["input_audio_buffer.committed", "conversation.item.added", "conversation.item.done"], _call.Types.Skip(1));
        _call.Send("""{"type":"response.create"}""");
        _call.Run(4);
        Assert.Equal("hello", ((MessageItem)_call.Requests.Single().History.Single()).Text);
    }

    [Fact]
    public void The_press_clears_what_was_said_before()
    {
        _call.User.Says("not for you", from: 1, to: 2).Says("hello", from: 3, to: 4);
        _call.Run(2.5);
        _call.Send("""{"type":"input_audio_buffer.clear"}""");
        Assert.Equal("input_audio_buffer.cleared", _call.Types.Last());
        Assert.Single(_call.Commands, entry => entry.Command is DiscardUtterance);
        _call.Run(4.1);
        _call.Send("""{"type":"input_audio_buffer.commit"}""");
        _call.Send("""{"type":"response.create"}""");
        _call.Run(5);
        Assert.Equal("hello", ((MessageItem)_call.Requests.Single().History.Single()).Text);
    }

    [Fact]
    public void A_commit_of_less_than_100_ms_is_refused()
    {
        _call.Run(0.09);
        _call.Send("""{"type":"input_audio_buffer.commit","event_id":"c"}""");
        Assert.Equal(("input_audio_buffer_commit_empty", "c"), (_call.Single("error")["error.code"], _call.Single("error")["error.event_id"]));
        _call.Run(0.2);
        _call.Send("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal("conversation.item.done", _call.Types.Last());
        _call.Send("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal("error", _call.Types.Last());
    }

    [Fact]
    public void Long_silence_before_a_commit_is_not_recognised()
    {
        _call.Run(60);
        _call.Send("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal(TimeSpan.FromSeconds(60) - RealtimeSession.MaxLookback, _call.Commands.Select(entry => entry.Command).OfType<BeginUtterance>().Single().From);
    }

    [Fact]
    public void Turning_detection_off_in_the_middle_of_a_turn_leaves_the_commit_to_the_client()
    {
        var call = new TestCall();
        call.User.Says("hello", from: 1, to: 2);
        call.Run(1.5);
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}}""");
        call.Run(4);
        Assert.DoesNotContain("input_audio_buffer.committed", call.Types);
        call.Send("""{"type":"input_audio_buffer.commit"}""");
        Assert.Equal(call.Single("input_audio_buffer.speech_started")["item_id"], call.Single("input_audio_buffer.committed")["item_id"]);
    }

    [Fact]
    [Shows(ApiPart.SessionField, "audio.input.turn_detection.create_response")]
    public void With_create_response_off_a_turn_ends_without_a_reply()
    {
        var call = new TestCall();
        call.Send("""{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"create_response":false}}}}}""");
        call.User.Says("hello", from: 1, to: 2);
        call.Run(4);
        Assert.Equal("conversation.item.done", call.Types.Last());
        Assert.Empty(call.Requests);
    }
}
