using Orrery.Contracts;

namespace Orrery.Serving;

/// <summary>Which share of the requests a variant answers.</summary>
internal static class TrafficShares
{
    /// <summary>0 to 1; 0 of a shadow.</summary>
    public static double Of(DeploymentSpec spec, VariantSpec variant)
    {
        var all = spec.Variants.Where(static one => !one.Shadow).Sum(static one => (double)one.Weight);
        return variant.Shadow || all == 0 ? 0 : variant.Weight / all;
    }
}
