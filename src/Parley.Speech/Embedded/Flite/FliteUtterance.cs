using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Parley.Speech.Embedded;

/// <summary>
/// One text being spoken by flite, on the calling thread. Any number may run at the same time, each on its thread.
/// </summary>
internal static unsafe class FliteUtterance
{
    /// <summary>Samples per call of <see cref="IFliteSink.HandleSamples"/>, about: one frame of 20 ms.</summary>
    private const int ChunkLength = 320;

    /// <summary>Fires the callback as soon as the utterance is planned, before the vocoder has made a sample or drawn noise.</summary>
    private const int BeforeTheFirstSample = -1;

    /// <summary>Held by who draws noise that must be the same each time.</summary>
    private static readonly Lock Noise = new();

    /// <summary>Speaks the whole text, or until the sink has enough.</summary>
    /// <param name="stretch">Factor on all durations, relative to the voice's natural speed.</param>
    /// <param name="pitch">Factor on the voice's mean pitch.</param>
    /// <param name="isAlike">
    /// The same text shall give the same samples although others speak at the same time: what is alike is planned at the same
    /// time, but sounded one after the other.
    /// </param>
    /// <exception cref="SpeechException">flite is not installed, or could not speak the text.</exception>
    public static void Speak(FliteVoice voice, string text, float stretch, float pitch, IFliteSink sink, bool isAlike = false)
    {
        var handle = voice.Handle;
        var call = new Call(sink, isAlike);
        var callHandle = GCHandle.Alloc(call);
        var utterance = FliteNative.NewUtterance();
        try
        {
            _ = FliteNative.SetInputText(utterance, text);
            var features = FliteNative.FeaturesOf(utterance);
            FliteNative.SetFeature(features, FliteNative.DurationStretch, stretch * voice.NaturalStretch);
            FliteNative.SetFeature(features, FliteNative.PitchShift, pitch);
            var streaming = FliteNative.NewAudioStreamingInfo();
            streaming->MinBufferSize = BeforeTheFirstSample;
            streaming->Callback = &HandleChunk;
            streaming->UserData = GCHandle.ToIntPtr(callHandle);
            FliteNative.SetFeature(features, FliteNative.StreamingInfo, FliteNative.ToValue(streaming));
            utterance = FliteNative.Synthesize(utterance, handle, FliteNative.TextMethod);
            call.Failure?.Throw();
            if (utterance == 0) throw new SpeechException("flite_failed", "flite could not speak the text.");
        }
        finally
        {
            if (Noise.IsHeldByCurrentThread) Noise.Exit();
            if (utterance != 0) FliteNative.DeleteUtterance(utterance);
            callHandle.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int HandleChunk(
        FliteNative.Wave* wave, int start, int size, int last, FliteNative.AudioStreamingInfo* streaming)
    {
        var call = (Call)GCHandle.FromIntPtr(streaming->UserData).Target!;
        try
        {
            if (!call.HasBegun)
            {
                call.HasBegun = true;
                if (call.IsAlike) Noise.Enter();
                // The same text gives the same samples, as long as nothing else draws noise at the same time.
                FliteNative.SeedNoise(1);
                streaming->MinBufferSize = ChunkLength - 1;
                call.Sink.HandleTimings(FliteTimings.Read(streaming->Utterance));
            }
            if (size == 0) return FliteNative.StreamContinue;
            var goesOn = call.Sink.HandleSamples(new ReadOnlySpan<short>(wave->Samples + start, size));
            return goesOn ? FliteNative.StreamContinue : FliteNative.StreamStop;
        }
#pragma warning disable CA1031 // No exception may cross flite's frames; it is thrown again on the other side.
        catch (Exception e)
#pragma warning restore CA1031
        {
            call.Failure = ExceptionDispatchInfo.Capture(e);
            return FliteNative.StreamStop;
        }
    }

    private sealed class Call(IFliteSink sink, bool isAlike)
    {
        public IFliteSink Sink => sink;

        public bool IsAlike => isAlike;

        public bool HasBegun { get; set; }

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
