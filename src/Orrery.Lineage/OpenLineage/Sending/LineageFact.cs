using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Lineage;

/// <summary>Something of ours that ended, as it is to be told to others: what went in and came out, the graph says then.</summary>
/// <param name="Kind">Kind of the node that it is about, of <see cref="NodeKinds"/>: a run, or what a job made.</param>
/// <param name="Key">The node's key.</param>
/// <param name="Type">One of the constants here.</param>
/// <param name="At">When, Unix milliseconds.</param>
public sealed record LineageFact(string Kind, string Key, string Type, long At)
{
    /// <summary>It was done.</summary>
    public const string Complete = "COMPLETE";

    /// <summary>It failed.</summary>
    public const string Fail = "FAIL";

    /// <summary>It was stopped.</summary>
    public const string Abort = "ABORT";

    /// <summary>More became known of what had ended.</summary>
    public const string Other = "OTHER";

    /// <summary>Name of the job, the same for each of its runs; null for that of the run that the thing came of.</summary>
    public string? Job { get; init; }

    /// <summary>What kind of job, such as <c>MODEL</c>.</summary>
    public string? JobType { get; init; }

    /// <summary>Names this run of the job: a GUID, or any other text that nothing else has; null for the thing's own key.</summary>
    public string? RunId { get; init; }

    /// <summary>When it began, Unix milliseconds.</summary>
    public long? StartedAt { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    internal static LineageFact Parse(string payload) => JsonSerializer.Deserialize(payload, LineageFactJson.Default.LineageFact) ?? throw new JsonException("The payload is null.");

    internal string ToJson() => JsonSerializer.Serialize(this, LineageFactJson.Default.LineageFact);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LineageFact))]
internal sealed partial class LineageFactJson : JsonSerializerContext;
