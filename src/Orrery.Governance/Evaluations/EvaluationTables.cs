using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of evaluations when a workspace moves.</summary>
internal static class EvaluationTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("gov_evaluation", "Evaluations tell what this installation computed, of files that it has; another computes its own."),
        PortableTable.Travels(
            "gov_evaluation_gate",
            ["model_id"],
            [
                "model_id text(64)", "gates text(100000)", "max_age_days whole(1..3650)?", "min_rows whole(1..9007199254740992)?", "sources text(100000)", "pinned text(100000)?", "set_by text(8192)",
                "set_at whole(-62135596800000..253402300799999)",
            ],
            references: [new("reg_model", "model_id")]),
    ];
}
