using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>Finds counterfactuals of rows of a version and tells them. The same rows, background and specification give the same answers.</summary>
/// <param name="spec">What is looked for.</param>
/// <param name="model">Asks the version.</param>
/// <param name="codes">Of its texts, to be met by none but this.</param>
/// <param name="columns">Names.</param>
/// <param name="background">What values are usual.</param>
internal sealed class CounterfactualFinder(CounterfactualSpec spec, ModelRows model, TextCodes codes, IReadOnlyList<string> columns, FeatureMatrix background)
{
    private readonly RowScales _scales = new(background, columns.Select((_, column) => codes.IsText(column)));

    /// <summary>Those of one row; <c>governance.invalid_goal</c>, <c>governance.invalid_constraint</c>, <c>governance.not_explainable</c>, and what scoring refuses.</summary>
    /// <param name="row">As it is.</param>
    /// <param name="place">Of the row, for its lots.</param>
    /// <param name="cancel">Breaks off.</param>
    public async ValueTask<Result<RowCounterfactuals>> FindAsync(double[] row, int place, CancellationToken cancel)
    {
        var own = FeatureMatrix.Of(row);
        if ((await model.ScoreAsync(own, cancel)).Failed(out var refused, out var scores) || OutcomeGoal.Choose(spec.Goal, scores, 0).Failed(out refused, out var goal))
            return refused;
        var (output, gap) = goal.Of(scores, 0);
        if (!double.IsFinite(output))
            return Failure.Invalid("governance.not_explainable", $"The model's answer for row {place} is no number; nothing can be found from it.");
        var answer = new RowCounterfactuals { Goal = goal.Text, Output = output, AlreadyMet = gap <= 0, Evaluations = 1, Remark = "The row is answered as wanted as it is." };
        if (gap <= 0)
            return answer;
        if (ChangeSpace.Of(row, columns, background, _scales, codes, spec).Failed(out refused, out var space))
            return refused;
        var count = spec.Count ?? CounterfactualRules.DefaultCount;
        var random = new Random(unchecked((spec.Seed ?? CounterfactualRules.DefaultSeed) + place));
        var score = model.Scoring(goal);
        var search = new CounterfactualSearch(space, score, spec.MostEvaluations ?? CounterfactualRules.DefaultEvaluations, count, random);
        if ((await search.RunAsync(cancel)).Failed(out refused, out _))
            return refused;
        var chosen = DiverseChoice.Choose(search.Tried.Met, count, spec.Diversity ?? CounterfactualRules.DefaultDiversity, (one, other) => space.Distance(one, other));
        if ((await VerifiedAsync(chosen, score, cancel)).Failed(out refused, out var verified))
            return refused;
        return answer with
        {
            Found = [.. verified.Select(one => Told(space, one))],
            BestTried = verified.Count == 0 && search.Tried.Best is { } best ? Told(space, best) : null,
            Evaluations = search.Tried.Evaluations + 1,
            Exhaustive = search.IsExhaustive,
            Remark = Remark(verified.Count, search),
        };
    }

    // What was found among thousands is asked once more by itself.
    private static async ValueTask<Result<List<TriedRow>>> VerifiedAsync(List<TriedRow> chosen, GoalScoring score, CancellationToken cancel)
    {
        var verified = new List<TriedRow>(chosen.Count);
        foreach (var one in chosen)
        {
            if ((await score(FeatureMatrix.Of(one.Values), cancel)).Failed(out var refused, out var answer))
                return refused;
            if (answer.Gaps[0] <= 0)
                verified.Add(one with { Output = answer.Outputs[0], Gap = answer.Gaps[0] });
        }

        return verified;
    }

    private static string Remark(int found, CounterfactualSearch search) => (found, search.IsExhaustive, search.Tried.Evaluations) switch
    {
        (0, true, 0) => "None exists: no column may be changed.",
        (0, true, var all) => $"None exists: all {all} allowed combinations of values were tried.",
        (0, false, var tried) => $"None found within {tried} evaluations; there may be some all the same.",
        (_, true, var all) => $"The cheapest of all {all} allowed combinations of values.",
        (_, false, var tried) => $"The cheapest found within {tried} evaluations; there may be cheaper ones.",
    };

    private Counterfactual Told(ChangeSpace space, TriedRow one)
    {
        var (distance, share) = _scales.Plausibility(one.Values);
        var changed = Enumerable.Range(0, columns.Count).Where(column => !one.Values[column].Equals(space.Row[column])).ToList();
        return new()
        {
            Changes = [.. changed.Select(column => new CounterfactualChange
            {
                Feature = columns[column],
                From = InstanceText.Value(codes, column, space.Row[column]),
                To = InstanceText.Value(codes, column, one.Values[column]),
            })],
            Output = one.Output,
            Cost = one.Cost,
            NearestDistance = distance,
            Plausibility = share,
            Unseen = [.. changed.Where(column => IsUnseen(column, one.Values[column])).Select(column => columns[column])],
        };
    }

    private bool IsUnseen(int column, double value)
    {
        if (codes.IsText(column))
            return !background.Column(column).Contains(value);
        double[] numbers = [.. background.Column(column).Where(double.IsFinite)];
        return numbers.Length == 0 || value < numbers.Min() || value > numbers.Max();
    }
}
