using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>How a deployment's variants and their shares change.</summary>
internal static class TrafficChange
{
    public const string Stable = "stable";
    public const string Canary = "canary";
    public const string Shadow = "shadow";

    // Shares of whole percents stay as people wrote them; others are in millionths.
    private const int Whole = 100;
    private const int Fine = 1_000_000;
    private const int PerPercent = Fine / Whole;

    /// <summary>The variant that a new one takes its settings from: the stable one, or the one that answers most; null for none.</summary>
    public static VariantSpec? Leading(DeploymentSpec? spec) =>
        spec?.Variants.FirstOrDefault(static variant => variant is { Name: Stable, Shadow: false })
        ?? spec?.Variants.Where(static variant => !variant.Shadow).MaxBy(static variant => variant.Weight);

    /// <summary>One version answers everything; shadows stay.</summary>
    public static DeploymentSpec ToStable(DeploymentSpec? now, VariantSpec next) =>
        (now ?? new DeploymentSpec()) with { Variants = [next with { Name = Stable, Weight = Whole, Shadow = false, ShadowPercent = null }, .. Shadows(now)] };

    /// <summary>A version answers so many percent of the requests, and the others share the rest as before.</summary>
    public static DeploymentSpec ToCanary(DeploymentSpec now, VariantSpec next, double percent)
    {
        var others = now.Variants.Where(static variant => !variant.Shadow && variant.Name != Canary).ToList();
        var share = (int)Math.Round(percent * PerPercent);
        var weights = Shared(others, Fine - share);
        var fine = share % PerPercent != 0 || weights.Any(static weight => weight % PerPercent != 0);
        var unit = fine ? 1 : PerPercent;
        return now with
        {
            Variants =
            [
                .. others.Select((variant, index) => variant with { Weight = weights[index] / unit }),
                next with { Name = Canary, Weight = share / unit, Shadow = false, ShadowPercent = null },
                .. Shadows(now),
            ],
        };
    }

    /// <summary>A version answers beside the others, compared and never returned.</summary>
    /// <param name="now">The deployment.</param>
    /// <param name="next">The version.</param>
    /// <param name="percent">Share of the requests that it sees; null for all.</param>
    public static DeploymentSpec ToShadow(DeploymentSpec now, VariantSpec next, double? percent) => now with
    {
        Variants =
        [
            .. now.Variants.Where(static variant => variant.Name != Shadow),
            next with { Name = Shadow, Weight = 0, Shadow = true, ShadowPercent = percent is 100 ? null : percent, Features = null },
        ],
    };

    /// <summary>A variant becomes the stable one and answers everything; shadows stay.</summary>
    public static DeploymentSpec Promote(DeploymentSpec now, string variant) =>
        ToStable(now with { Variants = [.. now.Variants.Where(one => one.Name != variant)] }, now.Variants.First(one => one.Name == variant));

    /// <summary>Each variant gets the share that is named for it, the rest get none.</summary>
    public static DeploymentSpec Shares(DeploymentSpec now, IReadOnlyDictionary<string, int> shares) => now with
    {
        Variants = [.. now.Variants.Select(variant => variant.Shadow ? variant : variant with { Weight = shares.GetValueOrDefault(variant.Name) })],
    };

    private static IEnumerable<VariantSpec> Shadows(DeploymentSpec? now) => now?.Variants.Where(static variant => variant.Shadow) ?? [];

    // In proportion to their weights; what rounding leaves goes to the first. Those without any weight are as if the first had it all.
    private static int[] Shared(List<VariantSpec> variants, int total)
    {
        var sum = variants.Sum(static variant => (long)variant.Weight);
        var parts = variants.Select(variant => sum == 0 ? 0 : (int)(total * (long)variant.Weight / sum)).ToArray();
        if (parts.Length > 0)
            parts[0] += total - parts.Sum();
        return parts;
    }
}
