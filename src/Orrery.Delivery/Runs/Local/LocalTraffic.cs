using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>Documents of deployments as deliveries change them: one variant answers as <c>stable</c>, a new version beside it as <c>canary</c>, and shadows stay.</summary>
internal static class LocalTraffic
{
    public const string Stable = "stable";
    public const string Canary = "canary";

    private const int Fine = 10_000;
    private const int PerPercent = 100;

    /// <summary>The variant of a version: settings stay from one version of a model to the next, what was asked for goes first.</summary>
    public static VariantSpec Variant(DeploymentSpec? now, ReleaseOrder order, VariantSpec? asked)
    {
        var leading = now?.Variants.Where(static one => !one.Shadow).MaxBy(static one => one.Weight);
        var variant = (asked ?? (leading?.Model == order.Model ? leading : new VariantSpec())) with { Model = order.Model, Version = order.Version, Approval = order.Approval };
        return order.Replicas is { } replicas ? variant with { MinReplicas = replicas, MaxReplicas = null } : variant;
    }

    /// <summary>The version answers everything.</summary>
    public static DeploymentSpec ToStable(DeploymentSpec? now, VariantSpec next) =>
        (now ?? new DeploymentSpec()) with { Variants = [next with { Name = Stable, Weight = 100, Shadow = false, ShadowPercent = null }, .. Shadows(now)] };

    /// <summary>The version answers so many percent, the others share the rest as before.</summary>
    public static DeploymentSpec ToCanary(DeploymentSpec now, VariantSpec next, double percent)
    {
        var others = now.Variants.Where(static one => !one.Shadow && one.Name != Canary).ToList();
        var share = (int)Math.Round(percent * PerPercent);
        var sum = others.Sum(static one => (long)one.Weight);
        var weights = others.ConvertAll(one => sum == 0 ? 0 : (int)((Fine - share) * (long)one.Weight / sum));
        if (weights.Count > 0)
            weights[0] += Fine - share - weights.Sum();
        var unit = share % PerPercent == 0 && weights.TrueForAll(static weight => weight % PerPercent == 0) ? PerPercent : 1;
        return now with
        {
            Variants =
            [
                .. others.Select((one, index) => one with { Weight = weights[index] / unit }),
                next with { Name = Canary, Weight = share / unit, Shadow = false, ShadowPercent = null },
                .. Shadows(now),
            ],
        };
    }

    /// <summary>Share of the requests that a version answers, percent.</summary>
    public static double Percent(DeploymentSpec spec, string model, string version)
    {
        var sum = spec.Variants.Where(static one => !one.Shadow).Sum(static one => (long)one.Weight);
        var own = spec.Variants.Where(one => !one.Shadow && one.Model == model && one.Version == version).Sum(static one => (long)one.Weight);
        return sum == 0 ? 0 : 100.0 * own / sum;
    }

    private static IEnumerable<VariantSpec> Shadows(DeploymentSpec? now) => now?.Variants.Where(static one => one.Shadow) ?? [];
}
