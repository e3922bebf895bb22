using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Shares of a deployment's traffic, for people.</summary>
internal static class Traffic
{
    /// <summary>Its variants, each with its share of the requests or as a shadow.</summary>
    public static IEnumerable<(VariantSpec Variant, string Share)> Of(DeploymentSpec spec)
    {
        var total = spec.Variants.Sum(static one => one.Weight);
        return spec.Variants.Select(one => (one, one.Shadow ? "shadow" : (total == 0 ? 0 : (double)one.Weight / total).ToString("P0", CultureInfo.InvariantCulture)));
    }
}
