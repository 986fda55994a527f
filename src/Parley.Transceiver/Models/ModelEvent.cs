using Parley.Conversation;

namespace Parley.Transceiver.Models;

/// <summary>What a model brought for a call: a transcript update of an utterance, or an event of a reply.</summary>
internal readonly record struct ModelEvent(string Id, TranscriptUpdate? Transcript, ReplyEvent? Reply);
