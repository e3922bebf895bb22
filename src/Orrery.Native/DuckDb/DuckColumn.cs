namespace Orrery.Native;

/// <summary>A column of a result, or a field of a STRUCT or UNION.</summary>
/// <param name="Name">Its name as the statement gives it; names may repeat.</param>
/// <param name="Type">Its type.</param>
public sealed record DuckColumn(string Name, DuckType Type);
