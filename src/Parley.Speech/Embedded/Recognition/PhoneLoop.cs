namespace Parley.Speech.Embedded;

/// <summary>Any phones in any order: what an utterance scores when it need not be a phrase.</summary>
internal static class PhoneLoop
{
    private const float NextPhone = -1.5f;

    /// <summary>Leaving a phone before its last part.</summary>
    private const float LeaveEarly = -1.4f;

    public static float Score(Emissions emissions, int stateCount)
    {
        Span<float> before = stackalloc float[stateCount];
        Span<float> after = stackalloc float[stateCount];
        before.Fill(Transitions.Never);
        var left = 0f;
        for (var t = 0; t < emissions.FrameCount; t++)
        {
            var scores = emissions[t];
            var entered = left + NextPhone;
            left = after[PhoneStates.Silence] =
                Math.Max(before[PhoneStates.Silence] + Transitions.StaySilent, entered) + scores[PhoneStates.Silence];
            for (var first = 1; first < stateCount; first += PhoneStates.PerPhone)
            {
                var (a, b, c) = (before[first], before[first + 1], before[first + 2]);
                after[first] = Math.Max(a + Transitions.Stay, entered + Transitions.Go) + scores[first];
                after[first + 1] = Math.Max(
                    Math.Max(b + Transitions.Stay, a + Transitions.Go), entered + Transitions.SkipOne) + scores[first + 1];
                after[first + 2] = Math.Max(
                    Math.Max(c + Transitions.Stay, b + Transitions.Go), a + Transitions.SkipOne) + scores[first + 2];
                left = Math.Max(left, Math.Max(after[first + 2], after[first + 1] + LeaveEarly));
            }
            var swap = before;
            before = after;
            after = swap;
        }
        return left;
    }
}
