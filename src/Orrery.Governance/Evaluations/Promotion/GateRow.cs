namespace Orrery.Governance;

/// <summary>Gates of a model as they are kept.</summary>
/// <param name="Gates">One a line.</param>
/// <param name="MaxAgeDays">Null for any age.</param>
/// <param name="MinRows">Null for any number.</param>
/// <param name="Sources">One a line; empty for any.</param>
/// <param name="Pinned">JSON; null for anything.</param>
/// <param name="SetBy">Who set them.</param>
/// <param name="SetAt">Unix milliseconds.</param>
internal sealed record GateRow(string Gates, long? MaxAgeDays, long? MinRows, string Sources, string? Pinned, string SetBy, long SetAt);
