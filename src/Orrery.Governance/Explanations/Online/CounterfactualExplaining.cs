using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>Finds counterfactuals of given rows by a version that need not be deployed, among values of the background of its latest report.</summary>
internal sealed class CounterfactualExplaining(VersionScoring versions, KnownReports reports, RequestSlots slots)
{
    private const int MostInstances = 20;

    /// <summary>
    /// Finds them; <c>governance.invalid_instances</c>, <c>governance.invalid_counterfactuals</c>, <c>governance.invalid_goal</c>, <c>governance.invalid_constraint</c>,
    /// <c>governance.no_background</c>, <c>governance.explanations_busy</c>, and what loading and scoring refuse.
    /// </summary>
    public async ValueTask<Result<CounterfactualAnswers>> FindAsync(Actor actor, CounterfactualInstances asked, CancellationToken cancel)
    {
        if (InstanceRows.Problem(asked.Instances.Count, MostInstances, asked.Version) is { } wrong)
            return wrong;
        if (CounterfactualRules.Problems(asked.Spec).ToList() is { Count: > 0 } problems)
            return Failure.Invalid("governance.invalid_counterfactuals", string.Join(" ", problems));
        if ((await reports.LatestAsync(actor, asked.Model, InstanceRows.Number(asked.Version)!.Value, cancel)).Failed(out var refused, out var report))
            return refused;
        if ((await versions.HoldAsync(actor, asked.Model, asked.Version, report.Spec.Features, cancel)).Failed(out refused, out var version))
            return refused;
        using (version)
        {
            if ((await reports.LatestAsync(actor, version, cancel)).Failed(out refused, out report) || InstanceRows.Read(version, asked.Instances).Failed(out refused, out var rows))
                return refused;
            return await slots.RunAsync(() => FindAsync(version, report, rows, asked.Spec, cancel));
        }
    }

    private static async ValueTask<Result<CounterfactualAnswers>> FindAsync(ScoredVersion version, KnownReport report, ScoreRows rows, CounterfactualSpec spec, CancellationToken cancel)
    {
        var codes = report.Codes.Fork();
        var model = new ModelRows(version, codes);
        var matrix = model.Matrix(rows);
        var finder = new CounterfactualFinder(spec, model, codes, report.Columns, report.Background);
        var found = new List<RowCounterfactuals>(matrix.Rows);
        for (var row = 0; row < matrix.Rows; row++)
        {
            if ((await finder.FindAsync(matrix.Row(row).ToArray(), row, cancel)).Failed(out var refused, out var one))
                return refused;
            found.Add(one);
        }

        return new CounterfactualAnswers { Rows = found, Background = report.Reference, Version = version.Version.ToString(CultureInfo.InvariantCulture) };
    }
}
