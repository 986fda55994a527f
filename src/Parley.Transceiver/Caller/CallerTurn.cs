namespace Parley.Transceiver.Caller;

/// <summary>What a caller has to say in one turn.</summary>
/// <param name="Label">What it is called in reports.</param>
public abstract record CallerTurn(string Label);

/// <summary>Said by voice.</summary>
/// <param name="Label">What it is called in reports.</param>
/// <param name="Samples">24 kHz, mono.</param>
public sealed record SpokenTurn(string Label, ReadOnlyMemory<short> Samples) : CallerTurn(Label);

/// <summary>Written into the conversation, with the wish for an answer.</summary>
public sealed record TypedTurn(string Text) : CallerTurn(Text);
