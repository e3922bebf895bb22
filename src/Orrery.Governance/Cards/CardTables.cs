using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What becomes of the cards' tables when a workspace moves.</summary>
internal static class CardTables
{
    private const string Time = "whole(-62135596800000..253402300799999)";

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "gov_card_text",
            ["model_id", "version", "path"],
            ["model_id text(64)", "version whole(0..9007199254740992)", "path text(200)", "body text(20000)", "written_by text(8192)", $"written_at {Time}"],
            references: [new("reg_model", "model_id")]),
        PortableTable.Remains("gov_card_snapshot", "Snapshots tell what this installation knew; another takes its own."),
    ];
}
