using System.Globalization;
using Orrery.Client;
using Orrery.Contracts;

namespace Orrery.Web;

/// <summary>Runs side by side, in the order asked for, and what they have in common.</summary>
public sealed class ComparedRuns
{
    /// <summary>Most runs of a comparison.</summary>
    public const int Most = 100;

    private ComparedRuns(IReadOnlyList<Run> runs, RunComparison comparison)
    {
        (Runs, Comparison) = (runs, comparison);
        Names = [.. runs.Select(run => runs.Count(other => RunColumn.NameOf(other.Info) == RunColumn.NameOf(run.Info)) == 1
            ? RunColumn.NameOf(run.Info) : $"{RunColumn.NameOf(run.Info)} ({RunColumn.EndOf(run.Info.RunId)})")];
        Params = [.. comparison.Params.Where(static one => one.Differs).OrderByDescending(static one => one.Values.Count(static value => value is not null)).ThenBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static one => new RunColumn(RunColumn.Params, one.Key))];
        Metrics = [.. comparison.Metrics.Select(static one => one.Key)
            .OrderByDescending(key => runs.Any(run => run.Data.Metrics.Any(one => one.Key == key && one.Step > 0))).ThenBy(static key => key, StringComparer.Ordinal)
            .Select(static key => new RunColumn(RunColumn.Metrics, key))];
    }

    /// <summary>The runs.</summary>
    public IReadOnlyList<Run> Runs { get; }

    /// <summary>What to call each of them, each another name.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Row by row.</summary>
    public RunComparison Comparison { get; }

    /// <summary>Parameters that differ; what most runs have comes first.</summary>
    public IReadOnlyList<RunColumn> Params { get; }

    /// <summary>Metrics; those that have a history come first.</summary>
    public IReadOnlyList<RunColumn> Metrics { get; }

    /// <summary>Filter that finds them.</summary>
    public string Filter => FilterOf(Runs.Select(static run => run.Info.RunId));

    /// <summary>Asks for runs by their ids, 2 to <see cref="Most"/>.</summary>
    public static async Task<ComparedRuns> AskAsync(PageContext page, IReadOnlyList<string> ids)
    {
        var comparison = await page.Client.Runs.CompareAsync(ids, differing: false, page.Cancel);
        var found = await page.Client.Runs.SearchPageAsync(
            new() { ExperimentIds = [.. comparison.Runs.Select(static run => run.ExperimentId).Distinct()], Filter = FilterOf(ids), RunViewType = ViewType.All, MaxResults = Most }, page.Cancel);
        var byId = found.Runs.ToDictionary(static run => run.Info.RunId);
        return new([.. comparison.Runs.Select(info => byId.GetValueOrDefault(info.RunId) ?? new() { Info = info })], comparison);
    }

    /// <summary>Metrics that differ, to draw by themselves: what most runs have comes first.</summary>
    public IEnumerable<RunColumn> Telling => Metrics.Where(one => NumbersOf(one)?.Distinct().Count() > 1).OrderByDescending(one => Of(one).Count(static value => value is not null));

    /// <summary>Values of a column, run by run.</summary>
    public IReadOnlyList<object?> Of(RunColumn column) => [.. Runs.Select(column.Of)];

    /// <summary>Values of a column as numbers; null when one of them is no number.</summary>
    public IReadOnlyList<double?>? NumbersOf(RunColumn column)
    {
        var numbers = Of(column).Select(Number).ToList();
        return Of(column).Zip(numbers).All(static one => one.First is null || one.Second is not null) && numbers.Any(static one => one is not null) ? numbers : null;
    }

    private static double? Number(object? value) => value switch
    {
        double number => double.IsFinite(number) ? number : null,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => null,
    };

    private static string FilterOf(IEnumerable<string> ids) => SearchText.In("attributes.run_id", ids);
}
