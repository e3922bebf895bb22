using System.Globalization;

namespace Churn;

/// <summary>One setting of the sweep: what to train and how to call it.</summary>
internal sealed record Candidate
{
    /// <summary>For people, unique in a sweep.</summary>
    public required string Name { get; init; }

    /// <summary>The parameters as they are logged.</summary>
    public required IReadOnlyDictionary<string, string> Params { get; init; }

    /// <summary>What one step of training is called on a chart.</summary>
    public required string StepName { get; init; }

    /// <summary>What <see cref="IModel.Importance"/> means for this kind of model.</summary>
    public required string ImportanceName { get; init; }

    private Func<Table, Table, Action<Iteration>, IModel> Fit { get; init; } = null!;

    public static Candidate Logistic(double ridge) => new()
    {
        Name = $"logistic-ridge-{Text(ridge)}",
        Params = new Dictionary<string, string>
        {
            ["model"] = "logistic_regression",
            ["solver"] = "irls",
            ["ridge"] = Text(ridge),
        },
        StepName = "Newton iteration",
        ImportanceName = "Share of all weights' size",
        Fit = new LogisticRegression(ridge).Fit,
    };

    public static Candidate Boosting(BoostingOptions options) => new()
    {
        Name = $"boosting-depth-{options.Depth}-rate-{Text(options.LearningRate)}{(options.Subsample < 1 ? $"-sub-{Text(options.Subsample)}" : "")}",
        Params = new Dictionary<string, string>
        {
            ["model"] = "gradient_boosted_trees",
            ["max_trees"] = Text(options.Trees),
            ["depth"] = Text(options.Depth),
            ["learning_rate"] = Text(options.LearningRate),
            ["min_leaf_rows"] = Text(options.MinLeafRows),
            ["subsample"] = Text(options.Subsample),
            ["patience"] = Text(options.Patience),
            ["seed"] = Text(options.Seed),
        },
        StepName = "Trees",
        ImportanceName = "Share of the squared error removed",
        Fit = new GradientBoosting(options).Fit,
    };

    public TrainedRun Train(Table train, Table valid, TimeProvider time)
    {
        var started = time.GetTimestamp();
        var iterations = new List<Iteration>();
        var model = Fit(train, valid, iterations.Add);
        var probabilities = model.Probabilities(valid.Inputs);
        var scores = Scores.Of(valid.Labels, probabilities);
        return new(this, model, iterations, probabilities, scores, time.GetElapsedTime(started));
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
