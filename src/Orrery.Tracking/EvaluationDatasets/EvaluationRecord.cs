using System.Text.Json.Nodes;

namespace Orrery.Tracking;

/// <summary>A record of an evaluation data set. Within the data set there is one for each inputs.</summary>
/// <param name="RecordId"><c>dr-</c> and 32 hex.</param>
/// <param name="InputHash">See <see cref="EvaluationJson.Hash"/>.</param>
/// <param name="Position">From 0, in the order of arrival.</param>
/// <param name="Inputs">A JSON object.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="UpdatedAt">Unix milliseconds.</param>
internal sealed record EvaluationRecord(string RecordId, string InputHash, long Position, string Inputs, long CreatedAt, long UpdatedAt)
{
    /// <summary>The tag that names who wrote a record or a data set.</summary>
    public const string UserTag = "mlflow.user";

    /// <summary>Any JSON; null for none.</summary>
    public string? Outputs { get; init; }

    /// <summary>A JSON object; null for none.</summary>
    public string? Expectations { get; init; }

    /// <summary>A JSON object.</summary>
    public string Tags { get; init; } = "{}";

    /// <summary>TRACE, HUMAN, ...; null when the record has no source.</summary>
    public string? SourceType { get; init; }

    /// <summary>A JSON object; null when the record has no source.</summary>
    public string? SourceData { get; init; }

    /// <summary>As the client said; null when it did not.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>As the client said; null when it did not.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>A record that was not there before.</summary>
    public static EvaluationRecord New(string id, long position, GivenRecord given, long at) =>
        new(id, given.InputHash, position, EvaluationJson.Text(given.Inputs), at, at)
        {
            Outputs = given.HasOutputs ? EvaluationJson.TextOrNull(given.Outputs) : "{}",
            Expectations = EvaluationJson.TextOrNull(given.Expectations),
            Tags = given.Tags is null ? "{}" : EvaluationJson.Text(given.Tags),
            SourceType = given.SourceType,
            SourceData = EvaluationJson.TextOrNull(given.SourceData),
            CreatedBy = given.User,
            UpdatedBy = given.User,
        };

    /// <summary>The record after another of the same inputs: outputs are replaced, expectations and tags merged, the source stays.</summary>
    public EvaluationRecord Merge(GivenRecord given, long at) => this with
    {
        Outputs = given.HasOutputs ? EvaluationJson.TextOrNull(given.Outputs) : Outputs,
        Expectations = Merge(Expectations, given.Expectations),
        Tags = Merge(Tags, given.Tags)!,
        UpdatedAt = at,
        UpdatedBy = given.User ?? UpdatedBy,
    };

    private static string? Merge(string? before, JsonObject? given)
    {
        if (given is null || given.Count == 0)
            return before;
        var merged = before is null ? new JsonObject() : JsonNode.Parse(before)!.AsObject();
        foreach (var (key, value) in given)
            merged[key] = value?.DeepClone();
        return EvaluationJson.Text(merged);
    }
}
