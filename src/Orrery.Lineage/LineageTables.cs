using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>What becomes of Lineage's tables when a workspace moves.</summary>
internal static class LineageTables
{
    private const string Hash = "text(32)";
    private const string Time = "whole(-62135596800000..253402300799999)";

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "lin_node",
            ["node_id"],
            [
                $"node_id {Hash}", "kind text(64)", "key text(40960)", "name text(16384)", "guard_kind text(feature-view|experiment|model|serving|evidence)?", "guard_ids text?",
                "detail json?", $"created_at {Time}",
            ],
            check: static row => GraphNode.HashOf((string)row[1]!, (string)row[2]!) == (string)row[0]! ? null : "has a node_id that is not of its kind and key"),
        PortableTable.Travels(
            "lin_edge",
            ["from_id", "to_id", "level"],
            [$"from_id {Hash}", $"to_id {Hash}", "level text(object|column)", "detail json?", $"valid_from {Time}"],
            derived:
            [
                ("from_kind", EdgeStore.ArrivingFromKind),
                ("to_kind", EdgeStore.ArrivingToKind),
            ],
            references: [new(["from_id"], "lin_node", ["node_id"]), new(["to_id"], "lin_node", ["node_id"])]),
        PortableTable.Remains("lin_backfill", "What came before the graph is written into it where it arrives."),
        PortableTable.Travels(
            "lin_event",
            ["event_id"],
            [
                "event_id text(64)", "kind text(run|job|dataset)", $"event_at {Time}", "event_type text(START|RUNNING|COMPLETE|ABORT|FAIL|OTHER)?", "run_id text(64)?",
                "job text(32768)?", "producer text(8192)", "body json", $"received_at {Time}",
            ]),
    ];
}
