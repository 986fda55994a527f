namespace Parley.Speech.Embedded;

/// <summary>One pronunciation of a phrase: its states from silence to silence, passed through from left to right.</summary>
/// <param name="phrase">Index in <see cref="PhraseList.All"/>.</param>
/// <param name="states">From <see cref="PhoneStates.StatesOf"/>.</param>
internal sealed class PhraseChain(int phrase, int[] states)
{
    public int Phrase => phrase;

    public int PhoneCount => (states.Length - 2) / PhoneStates.PerPhone;

    /// <summary>Score of the best way through.</summary>
    public float Score(Emissions emissions) => Search(emissions, null).Score;

    /// <summary>For each frame, the state of the best way: its position in the chain.</summary>
    public int[] Align(Emissions emissions)
    {
        var origins = new int[emissions.FrameCount * states.Length];
        var (_, position) = Search(emissions, origins);
        var path = new int[emissions.FrameCount];
        for (var t = path.Length - 1; t >= 0; t--)
        {
            path[t] = position;
            position = origins[t * states.Length + position];
        }
        return path;
    }

    public int StateAt(int position) => states[position];

    /// <summary>True for the silence before and after the phrase.</summary>
    public bool IsOutside(int position) => position == 0 || position == states.Length - 1;

    private (float Score, int LastPosition) Search(Emissions emissions, int[]? origins)
    {
        var count = states.Length;
        Span<float> before = stackalloc float[count];
        Span<float> after = stackalloc float[count];
        before.Fill(Transitions.Never);
        for (var t = 0; t < emissions.FrameCount; t++)
        {
            var scores = emissions[t];
            for (var i = 0; i < count; i++)
            {
                var origin = i;
                var best = before[i] + (states[i] == PhoneStates.Silence ? Transitions.StaySilent : Transitions.Stay);
                if (t == 0 && i <= 1) best = 0;
                Consider(before, i, 1, Transitions.Go, ref best, ref origin);
                Consider(before, i, 2, Transitions.SkipOne, ref best, ref origin);
                Consider(before, i, 3, Transitions.SkipTwo, ref best, ref origin);
                after[i] = best + scores[states[i]];
                if (origins is not null) origins[t * count + i] = origin;
            }
            var swap = before;
            before = after;
            after = swap;
        }
        var last = before[count - 1] >= before[count - 2] ? count - 1 : count - 2;
        return (before[last], last);
    }

    private static void Consider(ReadOnlySpan<float> before, int position, int back, float cost, ref float best, ref int origin)
    {
        if (position < back || before[position - back] + cost <= best) return;
        best = before[position - back] + cost;
        origin = position - back;
    }
}
