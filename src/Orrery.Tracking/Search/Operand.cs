namespace Orrery.Tracking;

/// <summary>One side of a comparison, not yet understood.</summary>
internal readonly record struct Operand(OperandKind Kind, string Raw);
