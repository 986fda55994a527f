using Parley.Speech.Embedded;
using Parley.Speech.Embedded.Agent;
using Parley.Speech.OpenAi;
using Parley.Speech.Options;

namespace Parley.Speech.Tests;

public sealed class ModelSetFactoryTests
{
    [Fact]
    public void Without_options_every_model_is_embedded()
    {
        var recognizer = new OpenAiRecognizer(OpenAi.Servers.Connect(new Uri("http://127.0.0.1:1"), "x"), TimeProvider.System);
        var models = ModelSetFactory.Create(SpeechConfig.Embedded, TimeProvider.System, () => recognizer);
        Assert.Same(recognizer, models.Recognizer);
        Assert.IsType<EmbeddedChatClient>(models.Chat);
        Assert.IsType<FliteSynthesizer>(models.Synthesizer);
        Assert.Equal([EmbeddedTools.GetTimeName, EmbeddedTools.CountdownName], models.Tools.Select(tool => tool.Name));
    }

    [Fact]
    public void Each_model_can_be_a_servers()
    {
        var server = new ModelOptions { Url = "http://127.0.0.1:1/v1", Model = "m" };
        var config = SpeechConfig.From(new SpeechOptions { Models = new ModelsOptions { Chat = server, Recognizer = server, Synthesizer = server } });
        var models = ModelSetFactory.Create(config, TimeProvider.System, () => throw new InvalidOperationException("not asked for"));
        Assert.IsType<OpenAiRecognizer>(models.Recognizer);
        Assert.IsType<OpenAiChatClient>(models.Chat);
        Assert.Equal("alloy", models.Synthesizer.Voices[0]);
    }
}
