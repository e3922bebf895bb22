using System.CommandLine;
using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs statistics</c>.</summary>
internal sealed class RunsStatistics
{
    private readonly Option<string[]> _group = Verb.Texts("--group", "A group and its runs, separated by commas; given twice or more", "name=run,run");
    private readonly Option<string[]> _found = Verb.Texts("--find", "A group and the filter that finds its runs in --experiment", "name=filter");
    private readonly Option<string?> _by = Verb.Text("--by", "Instead of groups: one for each value of a parameter or tag", "params.key");
    private readonly Option<string[]> _experiment = Verb.Texts("--experiment", "Name or id of an experiment that runs are found in; may be given again", "name");
    private readonly Option<string?> _filter = Verb.Text("--filter", "Runs that --by looks at", "filter");
    private readonly Option<string[]> _metric = Verb.Texts("--metric", "A metric to compare; may be given again [default: all that two groups have]", "name");
    private readonly Option<string[]> _pair = Verb.Texts("--pair-by", "Parameter or tag that pairs runs of two groups, as a seed or a fold", "params.key");
    private readonly Option<string?> _reference = Verb.Text("--reference", "Group that the others are compared with [default: each with each]", "name");
    private readonly Option<double?> _share = new("--test-share") { Description = "Of paired folds: share of the rows each is tested on, for the corrected resampled t test", HelpName = "0..1" };
    private readonly Option<double?> _confidence = new("--confidence") { Description = "Of the intervals [default: 0.95]", HelpName = "0..1" };
    private readonly Option<int?> _resamples = new("--resamples") { Description = "Bootstrap resamples [default: 2000]", HelpName = "n" };
    private readonly Option<long?> _seed = new("--seed") { Description = "Of the resamples [default: 1]", HelpName = "n" };
    private readonly Option<string?> _correction = Verb.Text("--correction", "Of the p-values: holm, benjamini_hochberg or none [default: holm]", "name");

    private RunsStatistics()
    {
    }

    public static Command Create()
    {
        var verb = new RunsStatistics();
        var command = new Command("statistics", "Compare groups of runs metric by metric: tests, intervals, effect sizes.");
        foreach (var option in new Option[]
        {
            verb._group, verb._found, verb._by, verb._experiment, verb._filter, verb._metric, verb._pair, verb._reference, verb._share, verb._confidence, verb._resamples, verb._seed,
            verb._correction,
        })
        {
            command.Add(option);
        }

        return command
            .Example("mlops runs statistics --experiment churn --by params.learner --metric auc --pair-by params.seed")
            .Does(async session => Show(session, await session.Client.Runs.CompareStatisticsAsync(await verb.QueryAsync(session), session.Cancel)));
    }

    private async Task<RunStatisticsQuery> QueryAsync(Session session)
    {
        var experiments = new List<string>();
        foreach (var name in session.Args.GetRequiredValue(_experiment))
            experiments.Add((await ExperimentsCommand.FindAsync(session, name)).ExperimentId);
        return new()
        {
            Groups =
            [
                .. session.Args.GetRequiredValue(_group).Select(static text => Verb.Pair(text, "--group")).Select(static one =>
                    new RunGroup { Name = one.Key, RunIds = one.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) }),
                .. session.Args.GetRequiredValue(_found).Select(static text => Verb.Pair(text, "--find")).Select(static one => new RunGroup { Name = one.Key, Filter = one.Value }),
            ],
            GroupBy = session.Args.GetValue(_by),
            ExperimentIds = experiments,
            Filter = session.Args.GetValue(_filter),
            Metrics = session.Args.GetRequiredValue(_metric),
            PairBy = session.Args.GetRequiredValue(_pair),
            Reference = session.Args.GetValue(_reference),
            TestShare = session.Args.GetValue(_share),
            Confidence = session.Args.GetValue(_confidence),
            Resamples = session.Args.GetValue(_resamples),
            Seed = session.Args.GetValue(_seed),
            Correction = session.Args.GetValue(_correction) ?? "holm",
        };
    }

    private static void Show(Session session, RunStatistics made)
    {
        var text = new StringBuilder();
        foreach (var metric in made.Metrics)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "\n" : "")}{metric.Metric}\n");
            foreach (var group in metric.Groups)
                text.Append(CultureInfo.InvariantCulture, $"  {group.Group}: n {group.Count}, mean {Number(group.Mean)}{Interval(group.Lower, group.Upper)}, sd {Number(group.StandardDeviation)}, median {Number(group.Median)}\n");
            foreach (var test in metric.Tests)
                Test(text, test, made.Correction);
            foreach (var difference in metric.Differences)
                Difference(text, difference, made.Correction);
            foreach (var warning in metric.Warnings)
                text.Append(CultureInfo.InvariantCulture, $"  note: {warning}\n");
        }

        foreach (var warning in made.Warnings)
            text.Append(CultureInfo.InvariantCulture, $"note: {warning}\n");
        session.Output.Text(made, text.ToString());
    }

    private static void Difference(StringBuilder text, GroupDifference difference, string correction)
    {
        text.Append(CultureInfo.InvariantCulture, $"  {difference.Group} - {difference.Reference}: {Number(difference.Difference)}");
        if (difference.Pairs is { } pairs)
            text.Append(CultureInfo.InvariantCulture, $", {pairs} pairs: {Number(difference.PairedDifference)}");
        text.Append('\n');
        foreach (var interval in difference.Intervals)
            text.Append(CultureInfo.InvariantCulture, $"    {interval.Method,-24}{Interval(interval.Lower, interval.Upper)}\n");
        text.Append(CultureInfo.InvariantCulture, $"    d {Number(difference.CohensD)}, g {Number(difference.HedgesG)}, Cliff's delta {Number(difference.CliffsDelta)}\n");
        foreach (var test in difference.Tests)
            Test(text, test, correction);
    }

    private static void Test(StringBuilder text, StatisticalTest test, string correction) => text.Append(
        CultureInfo.InvariantCulture,
        $"    {test.Test,-24} {(test.Undefined is { } why ? $"undefined: {why}" : $"p {Number(test.PValue)}, {correction} {Number(test.AdjustedPValue)}")}\n");

    private static string Interval(double? lower, double? upper) => lower is null || upper is null ? "" : $" [{Number(lower)}, {Number(upper)}]";

    private static string Number(double? value) => value is { } number ? number.ToString("G4", CultureInfo.InvariantCulture) : "undefined";
}
