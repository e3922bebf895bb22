using Orrery.Storage;

namespace Orrery.Tracking;

/// <summary>What becomes of Tracking's tables when a workspace moves.</summary>
internal static class TrackingTables
{
    private const string Id = "text(64)";
    private const string Key = "text(512)";
    private const string Sha256 = "text(64)";
    private const string Uri = "text(8192)";
    private const string Number = "whole(0..9007199254740992)";

    // Times that this server or the one before it took from a clock; those of runs and metrics are the clients' own.
    private const string Time = "whole(-62135596800000..253402300799999)";

    private static readonly PortableReference[] OfExperiment = [new("trk_experiment", "experiment_id")];

    // While a removal is under way what it has not come to is still there.
    private static readonly PortableReference[] OfRun =
        [new("trk_run", "run_id") { Unless = ("trk_removal", "run") }];

    private static readonly PortableReference[] OfModel =
        [new("trk_model", "model_id") { Unless = ("trk_removal", "model") }];

    private static readonly Dictionary<string, Func<string, bool>> Location = new()
    {
        ["artifact_location"] = IsWithinItself,
        ["artifact_uri"] = IsWithinItself,
    };

    private static readonly (string, string)[] Head = [("head", "substr(rows.value, 1, 64)")];

    public static readonly IReadOnlyList<PortableTable> All =
    [
        PortableTable.Travels(
            "trk_counter",
            ["name"],
            ["name text(64)", $"next {Number}"]),
        PortableTable.Travels(
            "trk_experiment",
            ["experiment_id"],
            [
                $"experiment_id {Number}", $"name text({Names.MaxExperimentName})", $"artifact_location {Uri}", "lifecycle text(active|deleted)", $"created_at {Time}",
                $"updated_at {Time}", "source text(2048)?", $"deleted_at {Time}?",
            ],
            allows: Location),
        PortableTable.Travels("trk_experiment_tag", ["experiment_id", "key"], ["experiment_id whole", $"key {Key}", "value text"], references: OfExperiment),
        PortableTable.Travels(
            "trk_run",
            ["run_id"],
            [
                $"run_id {Id}", "experiment_id whole", "name text(8192)", "user_name text(8192)", "status text(RUNNING|SCHEDULED|FINISHED|FAILED|KILLED)",
                "started_at whole", "ended_at whole?", "lifecycle text(active|deleted|importing)", $"deleted_at {Time}?", $"artifact_uri {Uri}",
                $"revision {Number}", "environment json?", "fingerprint text(128)?",
            ],
            allows: Location,
            references: OfExperiment),
        PortableTable.Travels("trk_param", ["run_id", "key"], [$"run_id {Id}", $"key {Key}", "value text", "experiment_id whole"], Head, references: OfRun),
        PortableTable.Travels("trk_tag", ["run_id", "key"], [$"run_id {Id}", $"key {Key}", "value text", "experiment_id whole"], Head, references: OfRun),
        PortableTable.Travels(
            "trk_metric",
            ["run_id", "key", "seq"],
            [$"run_id {Id}", $"key {Key}", $"seq {Number}", "points bytes"],
            references: OfRun,
            check: static row => MetricSegment.IsValid((byte[])row[3]!, mixed: ((string)row[1]!).Length == 0) ? null : "has points that cannot be read"),
        PortableTable.Travels(
            "trk_latest",
            ["run_id", "key"],
            [$"run_id {Id}", $"key {Key}", "is_nan flag", "value number", "step whole", "at whole", "experiment_id whole"],
            references: OfRun),
        PortableTable.Travels(
            "trk_dataset",
            ["experiment_id", "name", "digest"],
            [
                "experiment_id whole", "name text(600)", "digest text(128)", "source_type text(512)", "source text", "schema text?", "profile text?",
            ]),
        PortableTable.Travels(
            "trk_input",
            ["run_id", "dataset_name", "dataset_digest"],
            [
                $"run_id {Id}", "dataset_name text(600)", "dataset_digest text(128)", "experiment_id whole", "context text?", "tags json", $"position {Number}",
            ],
            references: OfRun),
        PortableTable.Travels(
            "trk_model",
            ["model_id"],
            [
                $"model_id {Id}", "experiment_id whole", "name text(8192)", "model_type text?", "source_run_id text(512)?",
                "status text(64)", "status_message text?", "lifecycle text(active|deleted|importing)", $"artifact_uri {Uri}", $"created_at {Time}", $"updated_at {Time}",
            ],
            allows: Location),
        PortableTable.Travels("trk_model_param", ["model_id", "key"], [$"model_id {Id}", $"key {Key}", "value text"], references: OfModel),
        PortableTable.Travels("trk_model_tag", ["model_id", "key"], [$"model_id {Id}", $"key {Key}", "value text"], references: OfModel),
        PortableTable.Travels(
            "trk_model_metric",
            ["model_id", "key", "dataset_name", "dataset_digest", "run_id", "step", "at", "value"],
            [
                $"model_id {Id}", $"key {Key}", "dataset_name text(600)", "dataset_digest text(128)", $"run_id {Id}", "step whole", "at whole", "is_nan flag",
                "value number",
            ]),
        PortableTable.Travels(
            "trk_run_model",
            ["run_id", "direction", "model_id"],
            [$"run_id {Id}", "direction text(input|output)", "model_id text(512)", "step whole"]),
        PortableTable.Travels(
            "trk_artifact",
            ["folder", "name"],
            ["folder text(1024)", "name text(255)", "blob_key blobkey(1200)", $"size {Number}", $"sha256 {Sha256}", $"created_at {Time}"],
            allows: new Dictionary<string, Func<string, bool>>
            {
                ["folder"] = static folder => !ArtifactPath.ParseFolder(folder).Failed(out _, out var clean) && clean == folder,
                ["name"] = static name => !ArtifactPath.Parse(name).Failed(out _, out var path) && path.Full == name && path.Folder.Length == 0,
                ["sha256"] = IsSha256,
            },
            blobFolder: "artifacts/",
            ownKeys: Artifact.DatabasePrefix),
        PortableTable.Travels(
            "trk_artifact_content",
            ["blob_key"],
            ["blob_key text(128)", "content bytes"],
            allows: new Dictionary<string, Func<string, bool>> { ["blob_key"] = Artifact.IsInDatabase }),
        PortableTable.Travels(
            "trk_import",
            ["kind", "id"],
            ["kind text(run|model)", $"id {Id}", "source text(2048)", "stage text(active|deleted)", "points whole", "completed_at whole?"]),
        PortableTable.Travels(
            "trk_removal",
            ["kind", "id"],
            ["kind text(run|model)", $"id {Id}", "folder text(1024)?"],
            allows: new Dictionary<string, Func<string, bool>>
            {
                ["folder"] = static folder => !ArtifactPath.ParseFolder(folder).Failed(out _, out var clean) && clean == folder,
            }),
        PortableTable.Travels(
            "trk_eval_dataset",
            ["dataset_id"],
            [
                $"dataset_id {Id}", "name text", "digest text(128)", "schema json?", $"record_count {Number}", $"created_at {Time}", $"updated_at {Time}",
                "created_by text?", "updated_by text?",
            ]),
        PortableTable.Travels("trk_eval_dataset_tag", ["dataset_id", "key"], [$"dataset_id {Id}", $"key {Key}", "value text"]),
        PortableTable.Travels("trk_eval_dataset_experiment", ["dataset_id", "experiment_id"], [$"dataset_id {Id}", "experiment_id whole"]),
        PortableTable.Travels(
            "trk_eval_record",
            ["dataset_id", "input_hash"],
            [
                $"dataset_id {Id}", $"input_hash {Sha256}", "position whole", $"record_id {Id}", "inputs json", "outputs json?", "expectations json?", "tags json",
                "source_type text(64)?", "source_data json?", $"created_at {Time}", $"updated_at {Time}", "created_by text?", "updated_by text?",
            ]),
        PortableTable.Travels(
            "trk_scorer",
            ["experiment_id", "name"],
            ["experiment_id whole", "name text(600)", $"scorer_id {Id}", $"last_version {Number}"]),
        PortableTable.Travels(
            "trk_scorer_version",
            ["scorer_id", "version"],
            [$"scorer_id {Id}", $"version {Number}", "serialized text", $"created_at {Time}"]),
    ];

    internal static bool IsSha256(string text) => text.Length == 64 && text.AsSpan().IndexOfAnyExcept(Hex) < 0;

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>Whether nothing in an address, however often encoded, leads up and out of where it says it is.</summary>
    internal static bool IsWithinItself(string uri)
    {
        var decoded = ArtifactLocations.Decode(uri);
        return !decoded.Any(char.IsControl) && !decoded.Split('/', '\\').Contains("..");
    }
}
