namespace Parley.Speech.Embedded;

/// <summary>Takes what flite makes of one utterance, on the thread that speaks it.</summary>
internal interface IFliteSink
{
    /// <summary>Comes once, before the first samples: flite plans the whole utterance first.</summary>
    void HandleTimings(FliteTimings timings);

    /// <summary>Mono, 16 kHz. False: enough, flite stops here.</summary>
    bool HandleSamples(ReadOnlySpan<short> samples);
}
