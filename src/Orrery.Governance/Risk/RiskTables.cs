using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the tables of risk when a workspace moves.</summary>
internal static class RiskTables
{
    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "gov_risk_answers",
            ["model_id", "version", "sequence"],
            [
                "model_id text(64)", "version whole(0..9007199254740992)", "sequence whole(1..9007199254740992)", "questionnaire text(100)", "answers text(20000)", "note text(2000)?",
                "set_by text(8192)", "set_at whole(-62135596800000..253402300799999)",
            ],
            references: [new("reg_model", "model_id")]),
        PortableTable.Remains("gov_risk_assessment", "Assessments tell what this installation knew; another makes its own."),
    ];
}
