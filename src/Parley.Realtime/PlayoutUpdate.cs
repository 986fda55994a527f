namespace Parley.Realtime;

public enum PlayoutKind { Started, Progress, Drained }

/// <summary>What became of a reply's audio on its way out.</summary>
/// <param name="Played">How much of the reply's audio has been sent, for <see cref="PlayoutKind.Progress"/>.</param>
public readonly record struct PlayoutUpdate(PlayoutKind Kind, TimeSpan Played)
{
    /// <summary>The first sample of the reply was sent.</summary>
    public static readonly PlayoutUpdate Started = new(PlayoutKind.Started, TimeSpan.Zero);

    /// <summary>Everything that the reply brought has been sent, and nothing more is to come of it.</summary>
    public static readonly PlayoutUpdate Drained = new(PlayoutKind.Drained, TimeSpan.Zero);

    /// <summary>The first <paramref name="played"/> of the reply's audio has been sent. It grows.</summary>
    public static PlayoutUpdate Progress(TimeSpan played) => new(PlayoutKind.Progress, played);
}
