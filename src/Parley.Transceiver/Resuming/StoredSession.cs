using Parley.Realtime;

namespace Parley.Transceiver.Resuming;

/// <param name="Owner">Whose it is: who resumes must be named the same. Opaque, and no secret.</param>
public sealed record StoredSession(SessionSnapshot Snapshot, string Owner);
