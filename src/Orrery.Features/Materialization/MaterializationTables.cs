using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What becomes of these tables when a workspace moves.</summary>
internal static class MaterializationTables
{
    private const string Time = "whole(-62135596800000..253402300799999)";
    private const string OnlineIsLeft = "Online values do not travel: they are brought back from their sources.";

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Remains("fts_materialized", OnlineIsLeft),
        PortableTable.Remains("fts_materialization", OnlineIsLeft),
        PortableTable.Remains("fts_schedule", OnlineIsLeft),
        PortableTable.Travels(
            "fts_quality", ["check_id"],
            ["check_id text(64)", "project text(63)", "view text(200)?", "source text(200)", "outcome text(passed|warned|quarantined|rejected)", "document json", $"checked_at {Time}"]),
        PortableTable.Travels(
            "fts_quarantine", ["check_id", "position"],
            ["check_id text(64)", "position whole", "project text(63)", "source text(200)", "broke json", "row_json text", $"quarantined_at {Time}"]),
        PortableTable.Travels(
            "fts_erasure", ["erasure_id"], ["erasure_id text(64)", "project text(63)", "document json", $"erased_at {Time}"]),
    ];
}
