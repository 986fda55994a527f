using Microsoft.Extensions.AI;

namespace Parley.Speech;

/// <summary>The models behind a call. Shared by many calls; owned by whoever made it.</summary>
/// <param name="Tools">Tools that the server itself runs; those of the client come with each request.</param>
public sealed record ModelSet(IRecognizer Recognizer, IChatClient Chat, ISynthesizer Synthesizer, IReadOnlyList<AIFunction> Tools);
