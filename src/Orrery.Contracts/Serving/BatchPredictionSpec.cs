namespace Orrery.Contracts;

/// <summary>What a batch prediction is to do: which model reads which rows, and what is kept.</summary>
public sealed record BatchPredictionSpec
{
    /// <summary>For people.</summary>
    public string? Name { get; init; }

    /// <summary>Registered model; absent with <see cref="Deployment"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Its version's number.</summary>
    public string? Version { get; init; }

    /// <summary>Instead of a model and version: those that a deployment has now.</summary>
    public BatchDeployment? Deployment { get; init; }

    /// <summary>Where the rows come from.</summary>
    public BatchInput Input { get => field ?? new(); init; }

    /// <summary>Columns of the input that the model knows under other names: from the model's to the input's.</summary>
    public IReadOnlyDictionary<string, string> Columns { get => field ?? BatchInput.None; init; }

    /// <summary>The input's columns in the model's order, for a model without names of columns.</summary>
    public IReadOnlyList<string> Features { get => field ?? []; init; }

    /// <summary>What is kept.</summary>
    public BatchOutput Output { get => field ?? new(); init; }

    /// <summary>When a row is refused: <c>fail</c> ends the whole, <c>skip</c> sets the row aside. Default <c>fail</c>.</summary>
    public string OnError { get => field ?? "fail"; init; }

    /// <summary>Rows that may be set aside before the whole ends. Default 10,000.</summary>
    public int? MaxRefused { get; init; }

    /// <summary>Rows of a partition, which is done or not. Default 100,000.</summary>
    public int? PartitionRows { get; init; }

    /// <summary>Partitions that are worked on at once, over all servers. Default 2.</summary>
    public int? Parallel { get; init; }
}

/// <summary>The deployment whose model is asked.</summary>
public sealed record BatchDeployment
{
    /// <summary>Environment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Variant; may be absent when there is but one that answers.</summary>
    public string? Variant { get; init; }
}

/// <summary>Rows: of files, of a table or of a query.</summary>
public sealed record BatchInput
{
    internal static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>
    /// Parquet, CSV or JSON lines: paths or globs below the workspace's files (<c>scoring/*.parquet</c>), or <c>file:///...</c> and <c>s3://bucket/...</c> where
    /// the server allows it.
    /// </summary>
    public IReadOnlyList<string> Files { get => field ?? []; init; }

    /// <summary><c>parquet</c>, <c>csv</c> or <c>jsonl</c>; absent to tell by the files' endings.</summary>
    public string? Format { get; init; }

    /// <summary>Of a table or query: one of the server's warehouses; absent for a query of <see cref="Tables"/>.</summary>
    public string? Warehouse { get; init; }

    /// <summary>A table of the warehouse: <c>schema.table</c> or <c>table</c>.</summary>
    public string? Table { get; init; }

    /// <summary>One <c>select</c>. Its rows are taken once, when the work is planned.</summary>
    public string? Query { get; init; }

    /// <summary>Of a query without a warehouse: files by the names that it gives them.</summary>
    public IReadOnlyDictionary<string, string> Tables { get => field ?? None; init; }
}

/// <summary>What is kept of a batch prediction.</summary>
public sealed record BatchOutput
{
    /// <summary><c>parquet</c> or <c>csv</c>. Default <c>parquet</c>.</summary>
    public string Format { get => field ?? "parquet"; init; }

    /// <summary>Outputs of the model; none for all of them.</summary>
    public IReadOnlyList<string> Outputs { get => field ?? []; init; }

    /// <summary>Columns of the input that stand beside the outputs, such as keys.</summary>
    public IReadOnlyList<string> Keep { get => field ?? []; init; }

    /// <summary>Days from its end until it is deleted; absent for the server's own.</summary>
    public int? RetentionDays { get; init; }
}
