using System.CommandLine;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary><c>mlops runs compare</c>.</summary>
internal static class RunsCompare
{
    public static Command Create()
    {
        var runs = Verb.Arguments("runs", "Ids of 2 to 100 runs", least: 2);
        var all = Verb.Flag("--all", "Also what is the same in all of them");
        return new Command("compare", "Show runs side by side.") { runs, all }.Does(async session =>
        {
            var differing = !session.Args.GetValue(all);
            var comparison = await session.Client.Runs.CompareAsync(session.Args.GetRequiredValue(runs), differing, session.Cancel);
            var rows = Rows(comparison).ToList();
            (string, Func<(string Key, IReadOnlyList<string?> Values), string?>)[] columns =
            [
                ("", row => row.Key),
                .. comparison.Runs.Select((run, at) =>
                    (run.RunName ?? run.RunId, new Func<(string Key, IReadOnlyList<string?> Values), string?>(row => row.Values[at]))),
            ];
            session.Output.List(comparison, rows, null, columns);
        });
    }

    private static IEnumerable<(string Key, IReadOnlyList<string?> Values)> Rows(RunComparison comparison) =>
    [
        ("run", [.. comparison.Runs.Select(run => run.RunId)]),
        .. comparison.Metrics.Select(row =>
            ("metrics." + row.Key, (IReadOnlyList<string?>)[.. row.Values.Select(value => value is { } number ? Printable.Number(number) : null)])),
        .. comparison.Params.Select(row => ("params." + row.Key, row.Values)),
        .. comparison.Tags.Select(row => ("tags." + row.Key, row.Values)),
        .. comparison.Datasets.Select(row => ("data " + row.Key, row.Values)),
        .. comparison.Environment.Select(row => ("environment " + row.Key, row.Values)),
    ];
}
