namespace Parley.Cli.Load;

/// <summary>Counts calls while they come and go. Thread-safe.</summary>
internal sealed class CallTally
{
    private readonly Lock _lock = new();
    private readonly List<CallOutcome> _outcomes = [];
    private int _begun;
    private int _refused;
    private int _abandoned;

    /// <summary>An offer was answered, or not, but for refusals.</summary>
    public void NoteBegun()
    {
        lock (_lock) _begun++;
    }

    /// <summary>An offer was refused for now.</summary>
    public void NoteRefused()
    {
        lock (_lock) _refused++;
    }

    /// <summary>A call was given up before it was set up, because the run was cut short.</summary>
    public void NoteAbandoned()
    {
        lock (_lock) _abandoned++;
    }

    public void NoteEnded(CallOutcome outcome)
    {
        lock (_lock) _outcomes.Add(outcome);
    }

    public LoadReport Report(TimeSpan elapsed)
    {
        lock (_lock)
        {
            return new LoadReport { Elapsed = elapsed, Begun = _begun, Refused = _refused, Abandoned = _abandoned, Outcomes = [.. _outcomes] };
        }
    }
}
