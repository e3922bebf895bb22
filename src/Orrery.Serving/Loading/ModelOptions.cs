using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>What a deployment says of how a model is run. The same files with the same options are loaded once.</summary>
/// <param name="Threads">Of one run.</param>
/// <param name="MinReplicas">Fewest workers; of runtimes with workers.</param>
/// <param name="MaxReplicas">Most workers.</param>
/// <param name="BatchRows">Most rows that requests are put together to; 0 for the runtime's own.</param>
/// <param name="BatchDelayMs">How long a request may wait for others.</param>
internal readonly record struct ModelOptions(int Threads, int MinReplicas = 1, int MaxReplicas = 1, int BatchRows = 0, double BatchDelayMs = 0)
{
    private const int DefaultIdleSeconds = 300;

    /// <summary>How long a variant's model may be idle before it is unloaded; null for always.</summary>
    public static TimeSpan? IdleOf(VariantSpec spec) => spec.MinReplicas is 0 ? TimeSpan.FromSeconds(spec.IdleSeconds ?? DefaultIdleSeconds) : null;

    /// <summary>Those of a variant, as far as the runtime heeds them.</summary>
    public static ModelOptions Of(VariantSpec spec, string runtime)
    {
        var least = Math.Max(1, spec.MinReplicas ?? 1);
        return runtime == Runtimes.Python
            ? new(spec.Threads ?? 1, least, Math.Max(least, spec.MaxReplicas ?? least), spec.MaxBatchRows ?? 0, spec.MaxBatchDelayMs ?? 0)
            : new(spec.Threads ?? 1);
    }
}
