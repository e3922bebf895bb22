using Orrery.Contracts;
using Orrery.Features;
using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Governance;

/// <summary>Looks through rows for personal data.</summary>
internal sealed class PiiScanRun(PrivacyInput input, PersonalMarks marks, TimeProvider time)
{
    // What numbers with fractions, true and false, and bytes may be told by is their columns' names.
    private static readonly string[] NoText = ["Boolean", "Float", "Double", "Decimal", "Blob", "Interval", "Bit"];

    /// <summary>Looks; marks when that is asked for. <c>governance.privacy_data</c>, and what reading and changing definitions refuse.</summary>
    public async ValueTask<Result<PiiReport>> RunAsync(Actor actor, PiiScanSpec spec, CancellationToken cancel)
    {
        if ((await ViewAsync(actor, spec, cancel)).Failed(out var refused, out var view))
            return refused;
        if ((await input.ReadAsync(actor, view?.Rows ?? spec.Data, (connection, from, _) => Look(connection, from, spec, cancel), cancel)).Failed(out refused, out var report))
            return refused;
        if (view is null)
            return report;
        report = report with { Fields = Fields(view, report) };
        var missing = report.Fields.Where(static field => field is { IsMarked: false, Note: null }).Select(static field => field.Feature).ToHashSet(StringComparer.Ordinal);
        if (!spec.Apply || missing.Count == 0)
            return report;
        return (await marks.MarkAsync(actor, view.Project, view.View, missing, "Personal data was found in these columns.", cancel)).Failed(out refused, out var revision)
            ? refused
            : report with { AppliedRevision = revision };
    }

    /// <summary>The view that a scan is of; null for a scan of data.</summary>
    public async ValueTask<Result<ViewColumns?>> ViewAsync(Actor actor, PiiScanSpec spec, CancellationToken cancel)
    {
        if (spec.View is not { } name)
            return (ViewColumns?)null;
        return (await marks.OfAsync(actor, spec.Project, name, cancel)).Failed(out var unknown, out var view) ? unknown : view;
    }

    private Result<PiiReport> Look(DuckConnection connection, string from, PiiScanSpec spec, CancellationToken cancel)
    {
        var (columns, seed) = (PrivacyRowsStore.Columns(connection, from, cancel), spec.Seed ?? PiiScanRules.DefaultSeed);
        var year = time.GetUtcNow().Year;
        var countries = spec.Countries.Count == 0 ? null : spec.Countries;
        var scans = columns.Select(column => new ColumnScan(
            column.Name, !NoText.Any(type => column.Type.StartsWith(type, StringComparison.OrdinalIgnoreCase)), CountryPacks.All, countries, year)).ToArray();
        var present = new long[scans.Length];
        var sampled = PrivacyRowsStore.Sample(connection, from, [.. columns.Select(static column => column.Name)], spec.SampleRows ?? PiiScanRules.DefaultRows, seed, (column, text) =>
        {
            if (text is null)
                return;
            present[column]++;
            scans[column].Add(text);
        }, cancel);
        var least = spec.MinConfidence ?? PiiScanRules.DefaultConfidence;
        return new PiiReport
        {
            Rows = PrivacyRowsStore.Count(connection, from, cancel),
            SampledRows = sampled,
            Seed = seed,
            Rules = CountryPacks.All.Rules,
            Columns = [.. columns.Select((column, at) => Column(column.Name, column.Type, present[at], scans[at].Findings(), least))],
        };
    }

    private static PiiColumn Column(string name, string type, long present, IReadOnlyList<PiiFinding> findings, double least)
    {
        var best = findings.FirstOrDefault(one => one.Confidence >= least);
        return new() { Name = name, Type = type, NonNull = present, Kind = best?.Kind, Confidence = best?.Confidence ?? 0, Findings = findings };
    }

    private static IReadOnlyList<PiiMarkedField> Fields(ViewColumns view, PiiReport report) =>
    [
        .. view.Columns.Select(column => (Column: column, Found: report.Columns.FirstOrDefault(one => string.Equals(one.Name, column.Column, StringComparison.OrdinalIgnoreCase))))
            .Where(static one => one.Found is { Kind: not null })
            .Select(one => new PiiMarkedField
            {
                View = view.View,
                Feature = one.Column.Name,
                Column = one.Column.Column,
                Kind = one.Found!.Kind!,
                Confidence = one.Found.Confidence,
                IsMarked = one.Column.IsPersonal,
                Note = one.Column.IsKey ? "It is part of the key, which has no mark; a key that is personal is better replaced by a token." : null,
            }),
    ];
}
