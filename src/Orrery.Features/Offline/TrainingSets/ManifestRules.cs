using Orrery.Contracts;

namespace Orrery.Features;

/// <summary>What manifests tell of rules: which left rows out, what they said, and what nobody could ask.</summary>
internal static class ManifestRules
{
    /// <summary>The rules that set rows of a selection's views aside.</summary>
    public static IReadOnlyList<ManifestRule> Of(FeatureSelection selection) =>
    [
        .. Views(selection).SelectMany(static view =>
            RowFilter.Rules(view).Select(rule => new ManifestRule(view.Name, view.Version, rule.OfSource ? "source" : "view", rule.Document))),
    ];

    /// <summary>The rules of a manifest by view and version; null when one of them is none.</summary>
    public static IReadOnlyDictionary<(string View, int Version), IReadOnlyList<QualityRule>>? Of(Manifest manifest)
    {
        var faults = new CompileFaults();
        var rules = new Dictionary<(string, int), IReadOnlyList<QualityRule>>();
        foreach (var view in (manifest.Rules ?? []).GroupBy(static one => (one.View, one.Version)))
            rules[view.Key] = [.. view.SelectMany(one => QualityRule.Compile([one.Rule], "rules", one.Of is "source", faults))];
        return faults.Count == 0 ? rules : null;
    }

    /// <summary>Reports without values of the data.</summary>
    public static IReadOnlyList<ManifestQuality> Quality(IEnumerable<QualityReport> reports) =>
    [
        .. reports.Select(static report => new ManifestQuality(
            report.Id!, report.View, report.Source, report.Outcome, report.Rows, report.Quarantined, [.. report.Results.Where(static result => !result.Passed).Select(Broken)])),
    ];

    /// <summary>Why values may be others than were known at the entity rows' times; null for no reason.</summary>
    public static IReadOnlyList<string>? Warnings(FeatureSelection selection, bool knownAt)
    {
        if (!knownAt)
            return ["known_at is off: a value may come of a row that became known only after the entity row's time."];
        var blind = Views(selection).Select(static view => view.Source.History).Where(static source => source.CreatedColumn is null).DistinctBy(static source => source.Name);
        var warnings = blind.Select(static source =>
            $"Source {source.Name} has no created_column: when its rows became known is not known, so that a value may come of a row that arrived after the entity row's time.").ToList();
        return warnings.Count > 0 ? warnings : null;
    }

    private static ManifestBroken Broken(QualityResult result) => new(
        $"{result.Rule.Expect}({result.Rule.Column ?? string.Join(", ", result.Rule.Columns)})", result.Rule.Severity, result.UnexpectedCount, result.Observed, result.Error);

    private static IEnumerable<FeatureView> Views(FeatureSelection selection) => selection.Projections
        .SelectMany(static projection => projection.View is { } view ? [view] : projection.OnDemand!.Inputs.Select(static input => input.View))
        .DistinctBy(static view => (view.Name, view.Version))
        .OrderBy(static view => view.Name, StringComparer.Ordinal).ThenBy(static view => view.Version);
}
