namespace Churn;

/// <summary>The pictures of one trained model.</summary>
internal static class ModelPlots
{
    private const int MostBars = 15;

    /// <summary>All of them, by file name.</summary>
    public static IReadOnlyDictionary<string, string> Draw(TrainedRun run, Table valid) => new Dictionary<string, string>
    {
        ["roc.svg"] = RocCurve(run, valid).ToSvg(),
        ["calibration.svg"] = Calibration(run, valid).ToSvg(),
        ["learning_curve.svg"] = LearningCurve(run).ToSvg(),
        ["feature_importance.svg"] = Importance(run).ToSvg(),
    };

    private static LineChart RocCurve(TrainedRun run, Table valid) => new(
        "ROC curve", $"{run.Name} on {valid.Rows:N0} validation customers, area {run.Valid.Auc:F4}",
        Axis.Unit("False alarms: share of stayers flagged"), Axis.Unit("Hits: share of leavers flagged"),
        [
            new("chance", Series.Grey, [new(0, 0), new(1, 1)]) { IsReference = true },
            new("model", Series.Blue, Roc.Curve(valid.Labels, run.ValidProbabilities)),
        ]);

    private static LineChart Calibration(TrainedRun run, Table valid)
    {
        var bins = CalibrationBin.Of(valid.Labels, run.ValidProbabilities, bins: 10);
        return new(
            "Calibration", $"{run.Name}: expected calibration error {run.Valid.CalibrationError:F4}; larger dots hold more customers",
            Axis.Unit("Predicted probability of leaving"), Axis.Unit("Share that left"),
            [
                new("perfect", Series.Grey, [new(0, 0), new(1, 1)]) { IsReference = true },
                new("model, ten bins", Series.Blue, [.. bins.Select(bin => new Point(bin.MeanPredicted, bin.ObservedRate))])
                {
                    HasDots = true,
                    Weights = [.. bins.Select(bin => (double)bin.Rows)],
                },
            ]);
    }

    private static LineChart LearningCurve(TrainedRun run)
    {
        var train = Line("train_log_loss");
        var valid = Line("valid_log_loss");
        var best = valid.MinBy(point => point.Y);
        return new(
            "Learning curve", $"{run.Name}: best validation log-loss {best.Y:F4} at step {best.X:F0}",
            Axis.Around(run.Candidate.StepName, [0, .. train.Select(point => point.X)]),
            Axis.Around("Log-loss (nats)", train.Concat(valid).Select(point => point.Y)),
            [new("train", Series.Blue, train), new("validation", Series.Orange, valid)])
        {
            Mark = (best.X, $"best: {best.X:F0}"),
        };

        Point[] Line(string metric) => [.. run.Iterations.Select(iteration => new Point(iteration.Step, iteration.Metrics[metric]))];
    }

    private static BarChart Importance(TrainedRun run)
    {
        var ranked = Features.Names.Zip(run.Model.Importance()).OrderByDescending(pair => pair.Second).ToArray();
        return new(
            "Feature importance", $"{run.Name}: the {Math.Min(MostBars, ranked.Length)} inputs that matter most of {ranked.Length}",
            run.Candidate.ImportanceName, "P1", ranked[..Math.Min(MostBars, ranked.Length)]);
    }
}
