using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of evaluations when a workspace moves.</summary>
internal static class EvaluationTables
{
    public static readonly IReadOnlyList<PortableTable> All = [PortableTable.Remains("gov_evaluation", "Evaluations tell what this installation computed, of files that it has; another computes its own.")];
}
