namespace Orrery.Features;

/// <summary>A column of a source.</summary>
/// <param name="Name">As the source calls it.</param>
/// <param name="Sql">How SQL over the source's relation names it.</param>
/// <param name="Type">What it holds.</param>
/// <param name="TypeName">The engine's name of its type, for messages.</param>
internal sealed record SourceColumn(string Name, string Sql, SourceType Type, string TypeName);
