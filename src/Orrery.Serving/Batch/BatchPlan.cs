using System.Text.Json.Serialization;

namespace Orrery.Serving;

/// <summary>How a batch prediction reads its rows, made out before it begins.</summary>
/// <param name="Inputs">Of the model, and the columns that each is made of.</param>
/// <param name="Keep">Columns that stand beside the outputs.</param>
/// <param name="Files">Parquet that is read in place; none where the rows were taken when it was planned.</param>
internal sealed record BatchPlan(IReadOnlyList<PlannedInput> Inputs, IReadOnlyList<KeptColumn> Keep, IReadOnlyList<PinnedFile> Files)
{
    /// <summary>Columns by which somebody was known, when this was planned, who has opted out of predictions; the input need not have them.</summary>
    public IReadOnlyList<string> Subjects { get => field ?? []; init; }

    /// <summary>Columns of the input that are read, each once.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Needed => [.. Inputs.SelectMany(static input => input.Columns).Select(static column => column.Source).Concat(Keep.Select(static column => column.Name)).Distinct(StringComparer.Ordinal)];
}

/// <summary>An input of the model.</summary>
/// <param name="Name">As the model names it.</param>
/// <param name="Type">Of its elements.</param>
/// <param name="IsMatrix">True for [rows, columns], false for [rows].</param>
/// <param name="Columns">In the model's order.</param>
internal sealed record PlannedInput(string Name, DataType Type, bool IsMatrix, IReadOnlyList<PlannedColumn> Columns);

/// <summary>A column that the model reads.</summary>
/// <param name="Name">The model's name of it.</param>
/// <param name="Source">The input's.</param>
internal sealed record PlannedColumn(string Name, string Source);

/// <summary>A column that stands beside the outputs.</summary>
/// <param name="Name">In input and output.</param>
/// <param name="Type">DuckDB's, the same in all files.</param>
internal sealed record KeptColumn(string Name, string Type);

/// <summary>A file as it was when the work was planned.</summary>
/// <param name="Name">Its path or address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">64 lower-case hex digits.</param>
/// <param name="Rows">Rows in it.</param>
internal sealed record PinnedFile(string Name, long Size, string Sha256, long Rows);

[JsonSerializable(typeof(BatchPlan))]
[JsonSerializable(typeof(BatchOrder))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
internal sealed partial class BatchJson : JsonSerializerContext;

/// <summary>What a job of a batch prediction is to do.</summary>
/// <param name="Batch">Its id.</param>
/// <param name="Worker">Which of its workers this is; 0 for the one that plans.</param>
internal sealed record BatchOrder(string Batch, long Worker);
