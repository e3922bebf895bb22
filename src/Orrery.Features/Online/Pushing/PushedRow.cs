namespace Orrery.Features;

/// <summary>One row of a push source's history.</summary>
/// <param name="EventTime">Microseconds since 1970 UTC.</param>
/// <param name="CreatedTime">The same; null for none.</param>
/// <param name="Columns">JSON object by the source's own column names.</param>
internal sealed record PushedRow(long EventTime, long? CreatedTime, string Columns);
