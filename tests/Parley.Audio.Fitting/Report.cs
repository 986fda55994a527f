namespace Parley.Audio.Fitting;

/// <summary>Prints how the detector does on voices and noises that the fit never heard.</summary>
internal static class Report
{
    public static void Print(Func<SpeechDetector> make) =>
        Print(make, new Corpus(Speakers.HeldOut, Speakers.HeldOutSentences, sentencesPerVoice: 4, seed: 99, isHeldOut: true));

    /// <summary>As above, with the speech of the mono 16-bit WAV files of a folder.</summary>
    public static void Print(Func<SpeechDetector> make, string folder) =>
        Print(make, new Corpus(Directory.EnumerateFiles(folder, "*.wav").Order(StringComparer.Ordinal)
            .Select(path => Speakers.Read(path)), seed: 99));

    private static void Print(Func<SpeechDetector> make, Corpus corpus)
    {
        Console.WriteLine("noise      SNR   hit %  false %  alarms/min  onset ms p50  p90  release ms p50  p90");
        Line("none", null, Judge(make, corpus, new ClipPlan(), 10));
        foreach (var noise in Enum.GetValues<NoiseKind>())
            foreach (var ratio in (double[])[20, 10, 5])
                Line(noise.ToString(), ratio, Judge(make, corpus, new ClipPlan { Noise = noise, SignalToNoise = ratio }, 6));
        var atOnce = new ClipPlan { Start = 0.02, Seconds = 3, SignalToNoise = 20, Noise = NoiseKind.Pink };
        Line("at once", 20, Judge(make, corpus, atOnce, 20));
        Console.WriteLine("noise alone, at −60, −45 and −30 dBFS: alarms a minute");
        foreach (var noise in Enum.GetValues<NoiseKind>())
        {
            var rates = new[] { -60.0, -45, -30 }.Select(level => Judge(make, corpus,
                new ClipPlan { HasSpeech = false, Noise = noise, SignalToNoise = 0, Level = level, Seconds = 30 }, 4));
            Console.WriteLine($"{noise,-9} {string.Join("  ", rates.Select(r => $"{r.AlarmsPerMinute,5:0.0} ({r.FalseAlarmRate:P1})"))}");
        }
    }

    private static Evaluation Judge(Func<SpeechDetector> make, Corpus corpus, ClipPlan plan, int clips)
    {
        var evaluation = new Evaluation();
        var detector = make();
        for (var i = 0; i < clips; i++) evaluation.Run(detector, corpus.Make(plan));
        return evaluation;
    }

    private static void Line(string noise, double? ratio, Evaluation result) => Console.WriteLine(
        $"{noise,-9} {ratio,4}  {100 * result.HitRate,6:0.0} {100 * result.FalseAlarmRate,8:0.00} {result.AlarmsPerMinute,11:0.0} "
        + $"{result.OnsetMilliseconds(0.5),12:0} {result.OnsetMilliseconds(0.9),5:0} "
        + $"{result.ReleaseMilliseconds(0.5),14:0} {result.ReleaseMilliseconds(0.9),5:0}");
}
