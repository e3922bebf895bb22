using Orrery.Storage;

namespace Orrery.Features;

/// <summary>What becomes of the offline store's tables when a workspace moves.</summary>
internal static class OfflineTables
{
    private const string Time = "whole(-62135596800000..253402300799999)";
    private const string Number = "whole(0..9007199254740992)";

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "fts_file",
            ["blob_key"],
            ["blob_key blobkey(1024)", "path text(1024)", $"size {Number}", "sha256 text(64)", "is_current flag", "uploaded_by text(8192)", $"uploaded_at {Time}"],
            allows: new Dictionary<string, Func<string, bool>> { ["path"] = static path => BlobKey.IsValid(path, out _) },
            blobFolder: "features/"),
        PortableTable.Remains("fts_historical", "Results of historical requests are made again by asking again."),
        PortableTable.Travels(
            "fts_training_set",
            ["training_set_id"],
            [
                "training_set_id text(64)", "project text(63)", "name text(1024)", "state text(building|ready|failed)", "content_hash text(64)?", $"row_count {Number}?",
                "manifest json?", "statistics json?", "blob_key blobkey(1024)?", $"size {Number}?", "sha256 text(64)?", "entities_key blobkey(1024)?",
                $"entities_size {Number}?", "entities_sha256 text(64)?", "problem text?", "created_by text(8192)", $"created_at {Time}",
            ],
            derived: [("job_id", "null"), ("is_linked", "0")],
            blobFolder: "features/"),
        PortableTable.Travels(
            "fts_training_file",
            ["training_set_id", "source", "position"],
            ["training_set_id text(64)", "source text(63)", $"position {Number}", "path text(8192)", "sha256 text(64)"],
            references: [new("fts_training_set", "training_set_id")]),
        PortableTable.Remains("fts_request", "Entity rows of requests that run; they are asked again."),
        PortableTable.Remains("fts_training_part", "Made of the training sets' manifests again."),
        PortableTable.Travels(
            "fts_segment",
            ["project", "source", "first_sequence"],
            [
                "project text(63)", "source text(63)", $"first_sequence {Number}", $"last_sequence {Number}", $"row_count {Number}", "blob_key blobkey(1024)",
                $"size {Number}", "sha256 text(64)", $"created_at {Time}",
            ],
            blobFolder: "features/"),
    ];
}
