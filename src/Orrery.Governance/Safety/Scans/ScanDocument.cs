using System.Text.Json.Serialization;

namespace Orrery.Governance;

/// <summary>What is kept of a scan.</summary>
internal sealed record ScanDocument
{
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    public IReadOnlyList<Dependency> Dependencies { get; init; } = [];

    public long Files { get; init; }

    public long Bytes { get; init; }
}

/// <summary>What the job <c>governance.scan</c> is to look at.</summary>
internal sealed record ScanOrder(string Model, string Version);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ScanDocument))]
[JsonSerializable(typeof(ScanOrder))]
internal sealed partial class ScanJson : JsonSerializerContext;
