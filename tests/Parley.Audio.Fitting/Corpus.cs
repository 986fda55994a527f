using Parley.Simulation;

namespace Parley.Audio.Fitting;

/// <summary>Utterances of a set of voices, and clips made of them.</summary>
public sealed class Corpus
{
    private static readonly NoiseKind[] Kinds = Enum.GetValues<NoiseKind>();

    private readonly List<short[]> _utterances = [];
    private readonly bool _isHeldOut;
    private readonly SeededRandom _random;

    public Corpus(IEnumerable<string> voices, string[] sentences, int sentencesPerVoice, ulong seed, bool isHeldOut)
    {
        _random = new SeededRandom(seed);
        _isHeldOut = isHeldOut;
        foreach (var voice in voices)
            for (var i = 0; i < sentencesPerVoice; i++)
                _utterances.Add(Speakers.Say(voice, sentences[_random.NextInt(sentences.Length)],
                    rate: 0.8 + 0.5 * _random.NextDouble(), pitch: 0.6 + 0.8 * _random.NextDouble()));
    }

    /// <summary>Clips of utterances that were recorded elsewhere, at 16 kHz.</summary>
    public Corpus(IEnumerable<short[]> utterances, ulong seed)
    {
        _random = new SeededRandom(seed);
        _isHeldOut = true;
        _utterances.AddRange(utterances);
    }

    public Clip Make(ClipPlan plan) => ClipMaker.Make(plan, _utterances, _utterances, _random, _isHeldOut);

    /// <summary>A clip that depends on nothing but the plan and the seed. Thread-safe.</summary>
    public Clip Make(ClipPlan plan, ulong seed) => ClipMaker.Make(plan, _utterances, _utterances, new SeededRandom(seed), _isHeldOut);

    /// <summary>Clips of every sort, for the fit.</summary>
    public IEnumerable<Clip> MakeVaried(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var noise = Kinds[_random.NextInt(Kinds.Length)];
            var hasSpeech = _random.NextDouble() < 0.75;
            var isClean = hasSpeech && _random.NextDouble() < 0.12;
            yield return Make(new ClipPlan
            {
                Noise = noise,
                HasSpeech = hasSpeech,
                // A crowd is told from one voice only while it is lower.
                SignalToNoise = isClean ? null : !hasSpeech ? 0
                    : noise == NoiseKind.Babble ? 8 + 25 * _random.NextDouble() : -1 + 36 * _random.NextDouble(),
                Level = hasSpeech ? -42 + 28 * _random.NextDouble() : -70 + 56 * _random.NextDouble(),
                Start = _random.NextDouble() < 0.3 ? 0.03 * _random.NextDouble() : 2 * _random.NextDouble(),
                NoiseStart = _random.NextDouble() < 0.2 ? 6 * _random.NextDouble() : 0,
                Reverberation = _random.NextDouble() < 0.35 ? 0.15 + 0.4 * _random.NextDouble() : 0,
                IsCoded = _random.NextDouble() < 0.35,
                Tilt = -5 + 10 * _random.NextDouble(),
            });
        }
    }
}
