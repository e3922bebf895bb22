using System.Text.Json.Serialization;

namespace Orrery.Tracking;

/// <summary>What a <c>tracking.gc</c> job is to do: its payload.</summary>
/// <param name="Cutoff">Unix milliseconds; what was deleted later stays. Fixed when it is asked for, so that a retry means the same.</param>
/// <param name="DryRun">Only count.</param>
/// <param name="ExperimentIds">Only these; all when empty.</param>
internal sealed record GcOrder(long Cutoff, bool DryRun, IReadOnlyList<long> ExperimentIds);

[JsonSerializable(typeof(GcOrder))]
internal sealed partial class GcJson : JsonSerializerContext;
