namespace Churn;

/// <summary>
/// Logistic regression by iteratively reweighted least squares (Newton's method on the log-likelihood; McCullagh and Nelder,
/// Generalized Linear Models, 2.5). Minimises <c>sum log-loss + ridge / 2 * |w|^2</c> over standardised inputs; the intercept
/// is not penalised. scikit-learn's <c>LogisticRegression(C = 1 / ridge)</c> has the same minimum.
/// </summary>
internal sealed class LogisticRegression(double ridge)
{
    private const int MaxIterations = 50;

    /// <summary>Trains until no component of the gradient exceeds 1e-9 per row.</summary>
    /// <exception cref="ArithmeticException">Newton's method did not converge, which a positive ridge rules out.</exception>
    public LogisticModel Fit(Table train, Table valid, Action<Iteration> report)
    {
        var standardizer = Standardizer.Fit(train.Inputs);
        var inputs = standardizer.Apply(train.Inputs);
        var validInputs = standardizer.Apply(valid.Inputs);
        var weights = new double[inputs.Columns + 1];
        var objective = Objective(weights, inputs, train.Labels);
        var (direction, gradient) = Newton(weights, inputs, train.Labels);

        for (var step = 1; step <= MaxIterations; step++)
        {
            (weights, objective) = Descend(weights, direction, objective, inputs, train.Labels);
            (direction, gradient) = Newton(weights, inputs, train.Labels);
            var validLogits = LogisticModel.Logits(weights, validInputs);
            report(new(step, new Dictionary<string, double>
            {
                ["train_log_loss"] = Logistic.MeanLoss(LogisticModel.Logits(weights, inputs), train.Labels),
                ["valid_log_loss"] = Logistic.MeanLoss(validLogits, valid.Labels),
                ["valid_auc"] = Roc.Auc(valid.Labels, validLogits),
                ["gradient_norm"] = Math.Sqrt(gradient.Sum(g => g * g)),
            }));
            if (gradient.Max(Math.Abs) <= 1e-9 * train.Rows)
                return new(standardizer, weights[..^1], weights[^1]);
        }

        throw new ArithmeticException($"No convergence in {MaxIterations} iterations; ridge is {ridge}.");
    }

    private double Objective(double[] weights, Matrix inputs, int[] labels)
    {
        var penalty = ridge / 2 * weights.AsSpan(..^1).ToArray().Sum(w => w * w);
        return Logistic.MeanLoss(LogisticModel.Logits(weights, inputs), labels) * inputs.Rows + penalty;
    }

    /// <summary>Takes the step, halved as often as needed for the objective not to rise.</summary>
    private (double[] Weights, double Objective) Descend(
        double[] weights, double[] direction, double objective, Matrix inputs, int[] labels)
    {
        for (var length = 1.0; length > 1e-6; length /= 2)
        {
            var next = weights.Zip(direction, (w, d) => w - length * d).ToArray();
            var reached = Objective(next, inputs, labels);
            if (reached <= objective + 1e-9 * Math.Abs(objective))
                return (next, reached);
        }

        return (weights, objective);
    }

    /// <summary>The gradient at the weights, and the Newton direction: the Hessian's inverse times it. The intercept comes last.</summary>
    private (double[] Direction, double[] Gradient) Newton(double[] weights, Matrix inputs, int[] labels)
    {
        var size = weights.Length;
        var gradient = new double[size];
        var hessian = new double[size * size];
        var logits = LogisticModel.Logits(weights, inputs);
        var input = new double[size];
        input[^1] = 1;
        for (var row = 0; row < inputs.Rows; row++)
        {
            inputs.Row(row).CopyTo(input);
            var probability = Logistic.Sigmoid(logits[row]);
            var residual = probability - labels[row];
            var curvature = probability * (1 - probability);
            for (var i = 0; i < size; i++)
            {
                gradient[i] += residual * input[i];
                var scaled = curvature * input[i];
                for (var j = 0; j <= i; j++)
                    hessian[i * size + j] += scaled * input[j];
            }
        }

        for (var i = 0; i < size - 1; i++)
        {
            gradient[i] += ridge * weights[i];
            hessian[i * size + i] += ridge;
        }

        var direction = (double[])gradient.Clone();
        Cholesky.Solve(hessian, direction);
        return (direction, gradient);
    }
}
