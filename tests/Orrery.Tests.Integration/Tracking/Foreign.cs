using System.Globalization;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Tests.Integration;

/// <summary>Things as another server might have them.</summary>
internal static class Foreign
{
    public const string Source = "http://mlflow.example:5000";

    public static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    public static Experiment Experiment(string id, string name) => new()
    {
        ExperimentId = id,
        Name = name,
        ArtifactLocation = $"mlflow-artifacts:/{id}",
        CreationTime = 1_600_000_000_000,
        LastUpdateTime = 1_600_000_000_500,
        Tags = [new("team", "risk")],
    };

    public static async Task<string> ExperimentAsync(OrreryClient client, string id = "17", string name = "churn") =>
        (await client.Imports.ExperimentAsync(new() { Source = Source, Experiment = Experiment(id, name) })).ExperimentId;

    public static Run Run(string runId, string experimentId) => new()
    {
        Info = new()
        {
            RunId = runId,
            ExperimentId = experimentId,
            RunName = "sunny-moon-7",
            UserId = "ada",
            Status = RunStatus.Finished,
            StartTime = 1_600_000_001_000,
            EndTime = 1_600_000_002_000,
        },
        Data = new()
        {
            Params = [new("lr", "0.1"), new("depth", "4")],
            Tags = [new("mlflow.runName", "sunny-moon-7"), new("mlflow.user", "ada"), new("mlflow.source.git.commit", "c0ffee")],
        },
        Inputs = new()
        {
            DatasetInputs =
            [
                new() { Tags = [new("mlflow.data.context", "train")], Dataset = new() { Name = "telco", Digest = "d1g35t", SourceType = "local", Source = "{}" } },
            ],
        },
    };

    public static ImportRun Open(Run run, string source = Source) => new() { Source = source, Run = run };

    /// <summary>A training curve: points of one key at rising steps and times.</summary>
    public static Metric[] Curve(string key, int count, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(step => new Metric(key, 1.0 / (step + 1), 1_600_000_001_000 + step, step))];

    public static CompleteImport Expect(long points, long keys = 1, long artifacts = 0, long bytes = 0) => new()
    {
        Source = Source,
        Expected = new() { Params = 2, Tags = 3, MetricKeys = keys, MetricPoints = points, Artifacts = artifacts, ArtifactBytes = bytes },
    };

    public static LoggedModel Model(string modelId, string experimentId, string runId) => new()
    {
        Info = new()
        {
            ModelId = modelId,
            ExperimentId = experimentId,
            Name = "forest",
            Status = Contracts.LoggedModelStatus.Ready,
            CreationTimestampMs = 1_600_000_001_500,
            LastUpdatedTimestampMs = 1_600_000_001_600,
            SourceRunId = runId,
            Tags = [new("stage", "candidate")],
        },
        Data = new()
        {
            Params = [new("trees", 100.ToString(CultureInfo.InvariantCulture))],
            Metrics = [new("auc", 0.9, 1_600_000_001_700, 3) { RunId = runId, DatasetName = "telco", DatasetDigest = "d1g35t" }],
        },
    };
}
