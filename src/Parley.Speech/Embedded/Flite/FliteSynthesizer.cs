using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Parley.Speech.Embedded;

/// <summary>
/// The embedded voice: flite in process, US English, no download. Thread-safe; clauses are spoken at the same time, each on a
/// thread of the pool. A clause is planned whole before its first sample (about 10 ms per second of speech).
/// </summary>
public sealed class FliteSynthesizer : ISynthesizer
{
    private const double SlowestSpeed = 0.25;
    private const double FastestSpeed = 1.5;

    public IReadOnlyList<string> Voices { get; } = [.. FliteSpeaker.All.Select(speaker => speaker.Name)];

    /// <summary>Loads the voices now rather than at first use.</summary>
    /// <exception cref="SpeechException">flite is not installed; the message names the Debian package.</exception>
    public static void Load()
    {
        foreach (var speaker in FliteSpeaker.All) _ = speaker.Voice.Handle;
    }

    public async IAsyncEnumerable<SpeechFrame> SpeakAsync(
        string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var clean = FliteText.Clean(text);
        if (!FliteText.IsSpeakable(clean)) yield break;
        var stretch = (float)(1 / Math.Clamp(options.Speed, SlowestSpeed, FastestSpeed));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Not bounded: flite cannot wait in the middle of a clause on a thread that the reader may need. A clause is short.
        var frames = Channel.CreateUnbounded<SpeechFrame>(new() { SingleReader = true, SingleWriter = true });
        var speaker = new ClauseSpeaker(
            clean, FliteSpeaker.Find(options.Voice), stretch, frame => frames.Writer.TryWrite(frame), stop.Token);
        var work = ModelWork.StartAsync(() => Speak(speaker, frames.Writer), stop.Token);
        try
        {
            // Not ReadAllAsync: that one leaves the caller's context.
            while (await frames.Reader.WaitToReadAsync(cancellationToken))
            {
                while (frames.Reader.TryRead(out var frame))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return frame;
                }
            }
        }
        finally
        {
            stop.Cancel();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private static void Speak(ClauseSpeaker speaker, ChannelWriter<SpeechFrame> frames)
    {
        try
        {
            speaker.Speak();
            frames.Complete();
        }
#pragma warning disable CA1031 // Whatever it was, the reader throws it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            frames.Complete(e);
        }
    }
}
