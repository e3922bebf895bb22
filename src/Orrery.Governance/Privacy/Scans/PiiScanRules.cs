using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What a scan for personal data may ask for.</summary>
internal static class PiiScanRules
{
    public const int DefaultRows = 10_000;
    public const int DefaultSeed = 1;
    public const double DefaultConfidence = 0.5;

    /// <summary>All that is wrong with a specification; null when nothing is. <c>governance.invalid_privacy_scan</c>.</summary>
    public static Failure? Problem(PiiScanSpec spec) => All(spec).ToList() is { Count: > 0 } problems
        ? Failure.Invalid("governance.invalid_privacy_scan", string.Join(" ", problems))
        : null;

    private static IEnumerable<string> All(PiiScanSpec spec)
    {
        if (spec.View is null && PrivacyInput.Problem(spec.Data) is { } wrong)
            yield return wrong;
        if (spec.View is not null && (spec.Data.Files.Count > 0 || spec.Data.Table is not null || spec.Data.Query is not null))
            yield return "Give 'data' or 'view', not both.";
        if (spec.Apply && spec.View is null)
            yield return "'apply' needs 'view': marks are of features.";
        if (spec.SampleRows is < 1 or > 200_000)
            yield return $"'sample_rows' is {spec.SampleRows}; it must be 1 to 200,000.";
        if (spec.MinConfidence is < ColumnScan.Least or > 1 or double.NaN)
            yield return $"'min_confidence' is {spec.MinConfidence}; it must be {ColumnScan.Least} to 1.";
        if (spec.Countries.FirstOrDefault(static country => !CountryPacks.All.Countries.Contains(country)) is { } unknown)
            yield return $"There is no pack for the country '{(unknown.Length > 20 ? unknown[..20] : unknown)}'; there are {string.Join(", ", CountryPacks.All.Countries)}.";
    }
}
