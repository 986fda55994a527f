// A spoken assistant with everything embedded. Its manner is yours: what it is told to be, its voice, how soon a pause is the end of a turn.
using Parley.Hosting;
using Parley.Realtime.Settings;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddParley(parley =>
{
    parley.Bind(builder.Configuration.GetSection("Parley"));
    parley.Session = parley.Session with
    {
        Instructions = "You are the receptionist of a small hotel by the sea. Be brief and warm.",
        TurnDetection = TurnDetectionSettings.ServerVad with { SilenceDuration = TimeSpan.FromMilliseconds(400) },
        Transcription = new TranscriptionSettings(Model: null, Language: "en", Prompt: null),
    };
});

var app = builder.Build();
app.MapRealtime();
app.Run();
