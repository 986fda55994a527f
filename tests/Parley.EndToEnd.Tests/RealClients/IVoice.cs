namespace Parley.EndToEnd.Tests.RealClients;

/// <summary>The microphone and the loudspeaker of a .NET client's user.</summary>
internal interface IVoice
{
    /// <summary>Says one of <see cref="ClientProgram.Spoken"/>, to its end.</summary>
    Task SayAsync(string words);

    /// <summary>Done when the first sound of an answer has arrived after the mark.</summary>
    Task SoundBeganAsync(int mark);

    /// <summary>Done when the response's sound has been played to its end.</summary>
    Task PlayedAsync(string responseId);
}
