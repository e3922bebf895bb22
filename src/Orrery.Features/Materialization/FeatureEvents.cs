using System.Text.Json.Serialization;

namespace Orrery.Features;

/// <summary>Told as <c>features.materialized</c>.</summary>
internal sealed record MaterializedEvent(string Project, string View, int Version, string RunId);

/// <summary>Told as <c>features.freshness_missed</c> when a view's data become older than their target, once, and as <c>features.freshness_met</c> when they are so no more.</summary>
/// <param name="Project">Name of the project.</param>
/// <param name="View">Name of the view.</param>
/// <param name="AgeSeconds">Age of the newest data; null when there are none.</param>
/// <param name="TargetSeconds">How old they may be.</param>
internal sealed record FreshnessEvent(string Project, string View, double? AgeSeconds, double TargetSeconds);

[JsonSerializable(typeof(MaterializedEvent))]
[JsonSerializable(typeof(FreshnessEvent))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class FeatureEventJson : JsonSerializerContext;
