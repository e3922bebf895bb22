namespace Churn;

/// <summary>
/// Gradient boosting of regression trees on the log-loss: Friedman, "Greedy function approximation: a gradient boosting
/// machine", Annals of Statistics 29 (2001), algorithm 5, with the subsampling of his "Stochastic gradient boosting" (2002).
/// </summary>
internal sealed class GradientBoosting(BoostingOptions options)
{
    /// <summary>Grows the trees; <paramref name="report"/> hears of each.</summary>
    public BoostedTrees Fit(Table train, Table valid, Action<Iteration> report)
    {
        var random = new SplitMix64(options.Seed);
        var grower = new TreeGrower(train.Inputs, options.Depth, options.MinLeafRows);
        var rate = train.Labels.Average();
        var prior = Math.Log(rate / (1 - rate));
        var logits = Filled(train.Rows, prior);
        var validLogits = Filled(valid.Rows, prior);
        var trees = new List<RegressionTree>();
        var (best, bestLoss) = (0, double.PositiveInfinity);

        while (trees.Count < options.Trees)
        {
            var tree = Grow(grower, logits, train.Labels, Sample(random, train.Rows));
            trees.Add(tree);
            Add(tree, train.Inputs, logits);
            Add(tree, valid.Inputs, validLogits);

            var validLoss = Logistic.MeanLoss(validLogits, valid.Labels);
            report(new(trees.Count, new Dictionary<string, double>
            {
                ["train_log_loss"] = Logistic.MeanLoss(logits, train.Labels),
                ["valid_log_loss"] = validLoss,
                ["valid_auc"] = Roc.Auc(valid.Labels, validLogits),
            }));

            if (validLoss < bestLoss)
                (best, bestLoss) = (trees.Count, validLoss);
            if (options.Patience > 0 && trees.Count - best >= options.Patience)
                break;
        }

        var kept = options.Patience > 0 ? trees[..best] : trees;
        return new(prior, options.LearningRate, [.. kept], train.Inputs.Columns);
    }

    private static RegressionTree Grow(TreeGrower grower, double[] logits, int[] labels, bool[] inSample)
    {
        var residuals = new double[logits.Length];
        var curvatures = new double[logits.Length];
        for (var row = 0; row < logits.Length; row++)
        {
            var probability = Logistic.Sigmoid(logits[row]);
            residuals[row] = labels[row] - probability;
            curvatures[row] = probability * (1 - probability);
        }

        return grower.Grow(residuals, curvatures, inSample);
    }

    private bool[] Sample(SplitMix64 random, int rows)
    {
        var inSample = new bool[rows];
        if (options.Subsample >= 1)
        {
            Array.Fill(inSample, true);
            return inSample;
        }

        var order = Enumerable.Range(0, rows).ToArray();
        random.Shuffle(order);
        foreach (var row in order[..Math.Max(1, (int)(options.Subsample * rows))])
            inSample[row] = true;
        return inSample;
    }

    private void Add(RegressionTree tree, Matrix inputs, double[] logits)
    {
        for (var row = 0; row < logits.Length; row++)
            logits[row] += options.LearningRate * tree.Predict(inputs.Row(row));
    }

    private static double[] Filled(int length, double value)
    {
        var filled = new double[length];
        Array.Fill(filled, value);
        return filled;
    }
}
