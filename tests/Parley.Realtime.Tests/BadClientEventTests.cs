using System.Text;

namespace Parley.Realtime.Tests;

public sealed class BadClientEventTests
{
    private readonly TestCall _call = new();

    [Theory]
    [InlineData("", "invalid_json", "null", "null")]
    [InlineData("{", "invalid_json", "null", "null")]
    [InlineData("""{"type":"response.create"} x""", "invalid_json", "null", "null")]
    [InlineData("""{"type":"\ud800"}""", "invalid_json", "null", "null")]
    [InlineData("[]", "invalid_type", "event", "null")]
    [InlineData("""{"event_id":"e"}""", "missing_required_parameter", "type", "e")]
    [InlineData("""{"event_id":"e","type":7}""", "invalid_type", "type", "e")]
    [InlineData("""{"event_id":7,"type":"response.create"}""", "invalid_type", "event_id", "null")]
    [InlineData("""{"event_id":"e","type":"response.sing"}""", "invalid_value", "type", "e")]
    [InlineData("""{"event_id":"e","type":"input_audio_buffer.append","audio":"AAAA"}""", "unsupported_event", "type", "e")]
    [InlineData("""{"event_id":"e","type":"session.update"}""", "missing_required_parameter", "session", "e")]
    [InlineData("""{"event_id":"e","type":"conversation.item.delete"}""", "missing_required_parameter", "item_id", "e")]
    [InlineData("""{"event_id":"e","type":"conversation.item.delete","item_id":"x"}""", "item_not_found", "item_id", "e")]
    [InlineData("""{"event_id":"e","type":"response.cancel"}""", "response_cancel_not_active", "null", "e")]
    [InlineData("""{"event_id":"e","type":"response.create","response":{"voice":"ash"}}""", "unknown_parameter", "response.voice", "e")]
    [InlineData("""{"event_id":"e","type":"response.create","response":{"metadata":{"a":1}}}""", "invalid_type", "response.metadata.a", "e")]
    public void Each_is_answered_with_one_error_and_the_session_stays_open(string json, string code, string param, string eventId)
    {
        _call.Send(json);
        var error = _call.Single("error");
        Assert.Equal((code, param, eventId), (error["error.code"], error["error.param"], error["error.event_id"]));
        Assert.Equal(2, _call.Events.Count);
        Assert.Equal(1, _call.Session.Anomalies[SessionAnomaly.RefusedClientEvent]);
        _call.Send("""{"type":"session.update","session":{}}""");
        Assert.Equal("session.updated", _call.Types.Last());
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        _call.Session.HandleClientEvent([(byte)'"', 0xFF, (byte)'"'], _call.Now);
        _call.Settle();
        Assert.Equal("invalid_json", _call.Single("error")["error.code"]);
    }

    [Fact]
    public void More_than_256_KiB_is_refused_unread()
    {
        _call.Send($$$"""{"type":"session.update","session":{"instructions":"{{{new string('x', 256 * 1024)}}}"}}""");
        Assert.Equal("message_too_large", _call.Single("error")["error.code"]);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        _call.Send(new StringBuilder().Append('[', 100_000).Append(']', 100_000).ToString());
        Assert.Equal("invalid_json", _call.Single("error")["error.code"]);
    }

    [Fact]
    public void A_client_that_does_not_take_its_events_is_hung_up_on()
    {
        var update = Encoding.UTF8.GetBytes($$$"""{"type":"session.update","session":{"instructions":"{{{new string('x', 200_000)}}}"}}""");
        for (var i = 0; i < 50; i++) _call.Session.HandleClientEvent(update, _call.Now);
        Assert.True(_call.Session.IsClosed);
        _call.Settle();
        Assert.Equal(new CloseCall(CloseReason.ClientTooSlow), _call.Commands.Single().Command);
    }
}
