namespace Orrery.Features;

/// <summary>What a lookup asks of a caller for each row: a column of a key, or request data of on-demand views.</summary>
/// <param name="Name">Of the column.</param>
/// <param name="Type">As definitions write it: <c>int64</c>, <c>string</c>.</param>
/// <param name="IsKey">True for a column of a key.</param>
public sealed record LookupInput(string Name, string Type, bool IsKey);
