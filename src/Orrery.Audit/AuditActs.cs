namespace Orrery.Audit;

/// <summary>How often something was done in a period, and the last times it was.</summary>
/// <param name="Action">As <c>run.create</c>.</param>
/// <param name="Count">How many entries of the period say so.</param>
/// <param name="Newest">The last of them, newest first.</param>
public sealed record AuditActs(string Action, long Count, IReadOnlyList<AuditAct> Newest);

/// <summary>An entry without what is personal in it.</summary>
/// <param name="EntryId">Its id.</param>
/// <param name="Seq">Its place in the chain.</param>
/// <param name="Action">What was done.</param>
/// <param name="ObjectKind">What it was done to.</param>
/// <param name="ObjectId">Its id.</param>
/// <param name="ActorId">Id of who did it.</param>
/// <param name="SealedAt">When it was sealed, Unix milliseconds.</param>
/// <param name="Hash">Hash of the chain up to it, lower-case hexadecimal.</param>
public sealed record AuditAct(string EntryId, long Seq, string Action, string ObjectKind, string ObjectId, string ActorId, long SealedAt, string Hash);

/// <summary>What a period of the trail holds.</summary>
/// <param name="Entries">How many entries.</param>
/// <param name="First">Place of the first; 0 without any.</param>
/// <param name="Last">Place of the last; 0 without any.</param>
/// <param name="Actors">How many different ones acted.</param>
/// <param name="Nameless">Entries that name neither a principal of their own nor the platform: of unidentified callers, and of a server that asks nobody to sign in.</param>
/// <param name="OldestAt">When the oldest entry that is kept was sealed, whatever the period, Unix milliseconds; null without any.</param>
/// <param name="Acts">By action.</param>
public sealed record AuditPeriod(long Entries, long First, long Last, long Actors, long Nameless, long? OldestAt, IReadOnlyList<AuditActs> Acts);
