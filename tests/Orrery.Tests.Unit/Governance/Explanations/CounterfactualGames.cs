using System.Text.Json;
using Orrery.Contracts;
using Orrery.Governance;
using Orrery.Kernel;

namespace Orrery.Tests.Unit;

/// <summary>Searches for counterfactuals of functions.</summary>
internal static class CounterfactualGames
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>What is wanted: a function of a row of at least 0.</summary>
    public static GoalScoring Wanted(Func<double[], double> of) => (rows, _) =>
    {
        var values = Enumerable.Range(0, rows.Rows).Select(row => of(rows.Row(row).ToArray())).ToArray();
        return new ValueTask<Result<(double[], double[])>>((values, Array.ConvertAll(values, static value => -value)));
    };

    public static IReadOnlyList<string> Names(int columns) => [.. Enumerable.Range(0, columns).Select(static column => $"c{column}")];

    public static ChangeSpace Space(double[] row, FeatureMatrix background, CounterfactualSpec spec, TextCodes? codes = null)
    {
        codes ??= new(new bool[row.Length]);
        return ChangeSpace.Of(row, Names(row.Length), background, new RowScales(background, row.Select((_, column) => codes.IsText(column))), codes, spec).Value;
    }

    public static async Task<CounterfactualSearch> SearchAsync(ChangeSpace space, GoalScoring score, int budget, int count = 3, int seed = 1)
    {
        var search = new CounterfactualSearch(space, score, budget, count, new Random(seed));
        Xunit.Assert.True((await search.RunAsync(None)).Succeeded);
        Xunit.Assert.True(search.Tried.Evaluations <= budget);
        return search;
    }

    public static IReadOnlyList<JsonElement> Json(params double[] values) => [.. values.Select(static value => JsonElement.Parse(JsonSerializer.Serialize(value)))];

    /// <summary>Median absolute deviation, computed here.</summary>
    public static double Deviation(FeatureMatrix background, int column)
    {
        var values = background.Column(column);
        var middle = Middle(values);
        return Middle([.. values.Select(value => Math.Abs(value - middle))]);
    }

    private static double Middle(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
