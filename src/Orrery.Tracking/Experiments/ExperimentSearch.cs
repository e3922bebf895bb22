namespace Orrery.Tracking;

/// <summary>A search of experiments.</summary>
/// <param name="Filter">All must hold.</param>
/// <param name="Order">Total.</param>
/// <param name="View">Active, deleted or both.</param>
/// <param name="MaxResults">1 to 50,000.</param>
/// <param name="Token">Of the page before; null for the first.</param>
public sealed record ExperimentSearch(SearchFilter Filter, IReadOnlyList<OrderBy> Order, ViewType View, int MaxResults, string? Token);
