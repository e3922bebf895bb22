namespace Orrery.Governance;

/// <summary>Which incidents to list; null for any.</summary>
/// <param name="State"><c>open</c>, <c>mitigated</c>, <c>resolved</c> or <c>reviewed</c>.</param>
/// <param name="Severity"><c>sev1</c> to <c>sev4</c>.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Model">Registered model.</param>
/// <param name="Environment">Environment.</param>
public sealed record IncidentFilter(string? State = null, string? Severity = null, string? Kind = null, string? Model = null, string? Environment = null);
