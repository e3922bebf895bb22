namespace Orrery.Tracking;

/// <summary>A comparison in form, not yet checked against a grammar. <paramref name="Symbol"/> is in upper case.</summary>
internal sealed record SearchClause(Operand Left, string Symbol, Operand Right);
