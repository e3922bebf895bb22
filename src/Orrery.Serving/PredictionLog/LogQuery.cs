namespace Orrery.Serving;

/// <summary>Which rows of prediction logs are looked for.</summary>
/// <param name="From">First time, Unix milliseconds.</param>
/// <param name="To">Last time.</param>
/// <param name="After">The last row of the page before; null for the first page.</param>
/// <param name="Id">Of one prediction; null for all.</param>
internal sealed record LogQuery(long From, long To, LogCursor? After = null, string? Id = null);

/// <summary>What rows are ordered by, newest first.</summary>
internal sealed record LogCursor(long At, string Id, int Row, string Variant);
