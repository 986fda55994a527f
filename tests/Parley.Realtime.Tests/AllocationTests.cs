using System.Text;
using Parley.Simulation;

namespace Parley.Realtime.Tests;

/// <summary>What comes a hundred times a second costs the collector nothing.</summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    [Fact]
    public void A_frame_of_audio_allocates_nothing()
    {
        var call = new TestCall();
        call.User.Says("hello", from: 1, to: 200);
        call.Run(3);
        var frame = 0;
        // The user speaks without a pause that would end the turn; ten seconds of it.
        for (var second = 0; second < 10; second++)
            Assert.Equal(0, AllocationMeter.Undisturbed(() =>
            {
                for (var end = frame + 100; frame < end; frame++)
                {
                    var now = call.Now + TimeSpan.FromMilliseconds(10 * (frame + 1));
                    call.Session.HandleSpeech(frame % 40 < 20 ? 0.9f : 0.1f, new TimeSpan(now.Ticks), now);
                    _ = call.Session.NextDeadline;
                }
            }));
    }

    [Fact]
    public void An_append_of_usual_length_allocates_its_command_and_no_more()
    {
        var session = new RealtimeSession(TestCall.Config with { AudioPath = AudioPath.Events }, new SeededRandom(1), default);
        session.HandleOpened(default);
        var json = Encoding.UTF8.GetBytes($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(new byte[960])}}"}""");
        session.HandleClientEvent(json, default);
        Assert.InRange(AllocationMeter.Undisturbed(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                session.HandleClientEvent(json, default);
                while (session.TryPollCommand(out _)) { }
            }
        }), 0, 100 * 64);
    }
}
