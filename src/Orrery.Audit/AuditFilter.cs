namespace Orrery.Audit;

/// <summary>Which entries to list.</summary>
/// <param name="Actor">Id of who acted; null for anybody.</param>
/// <param name="Action">As <c>run.create</c>; null for any.</param>
/// <param name="ObjectKind">As <c>run</c>; null for any.</param>
/// <param name="ObjectId">The object's id; null for any.</param>
/// <param name="Since">Only those sealed at this time or later; null from the first on.</param>
/// <param name="Until">Only those sealed before; null up to the last.</param>
public sealed record AuditFilter(
    string? Actor = null, string? Action = null, string? ObjectKind = null, string? ObjectId = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null);
