using Parley.Net.Sockets;

namespace Parley.Net.Inner;

/// <summary>
/// Answers relays that have just begun and ask which clients this node has by way of them. Listing costs a look at every client, so the answers of a
/// time are bounded; a relay asks more than once. For one thread.
/// </summary>
internal sealed class FlowAnswers(IDatagramPort port, ReturnPaths paths, InnerAuthenticator? authenticator, int maxLength, TimeProvider time)
{
    /// <summary>Each worker of a relay asks for itself, all at the same moment.</summary>
    private const int MaxAnswersInWindow = 64;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowBegan = time.GetTimestamp();
    private int _answers;

    /// <summary>Names the clients whose way back is <paramref name="path"/>, in as many datagrams as it takes. What the socket has no room for is not sent.</summary>
    public void Answer(RelayPath path, CounterTable<ShardCounter> counters)
    {
        counters.Increment(ShardCounter.FlowQuestions);
        if (!MayAnswer())
        {
            counters.Increment(ShardCounter.FlowQuestionsRefused);
            return;
        }
        using var clients = paths.ClientsOf(path).GetEnumerator();
        var hasClient = clients.MoveNext();
        while (hasClient && (!port.SendSlot.IsEmpty || port.TryFlush(counters)))
        {
            var datagram = port.SendSlot[..maxLength];
            var writer = InnerWriter.BeginFlows(datagram, InnerDirection.ToRelay, path.Ingress, authenticator);
            while (hasClient && writer.TryName(datagram, clients.Current)) hasClient = clients.MoveNext();
            port.Enqueue(new Transmit(writer.Finish(datagram), path.Relay));
        }
    }

    private bool MayAnswer()
    {
        if (time.GetElapsedTime(_windowBegan) >= Window) (_windowBegan, _answers) = (time.GetTimestamp(), 0);
        return ++_answers <= MaxAnswersInWindow;
    }
}
