// A voice of your own: anything that turns text into 16-bit samples at 24 kHz. This one whistles a note for each word.
using System.Runtime.CompilerServices;
using Parley.Hosting;
using Parley.Speech;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<ISynthesizer, Whistle>();
builder.Services.AddParley(parley => parley.Bind(builder.Configuration.GetSection("Parley")));

var app = builder.Build();
app.MapRealtime();
app.Run();

internal sealed class Whistle : ISynthesizer
{
    private const int SampleRate = 24_000;
    private const int NoteLength = SampleRate / 5;

    public IReadOnlyList<string> Voices => ["whistle"];

    public async IAsyncEnumerable<SpeechFrame> SpeakAsync(
        string text, SynthesisOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var spoken = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var note = Note(440 * Math.Pow(2, word.Length % 12 / 12.0), (int)(NoteLength / options.Speed));
            spoken = text.IndexOf(word, spoken, StringComparison.Ordinal) + word.Length;
            // The mark says which text was heard when: after an interruption the conversation keeps just that.
            yield return new SpeechFrame(note, [new WordMark(TimeSpan.FromSeconds((double)note.Length / SampleRate), spoken)]);
            await Task.Yield();
        }
    }

    private static short[] Note(double hertz, int length)
    {
        var samples = new short[length];
        for (var i = 0; i < length; i++)
        {
            // It swells and fades, so that notes do not click.
            var loudness = Math.Sin(Math.PI * i / length);
            samples[i] = (short)(8000 * loudness * Math.Sin(2 * Math.PI * hertz * i / SampleRate));
        }
        return samples;
    }
}
