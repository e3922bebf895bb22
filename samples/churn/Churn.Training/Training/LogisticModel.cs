using Orrery.Onnx;

namespace Churn;

/// <summary>A trained logistic regression. The weights belong to standardised inputs.</summary>
internal sealed record LogisticModel(Standardizer Standardizer, double[] Weights, double Intercept) : IModel
{
    public double[] Probabilities(Matrix inputs) =>
        Logistic.Sigmoid(Logits([.. Weights, Intercept], Standardizer.Apply(inputs)));

    /// <summary>The size of each weight: inputs have the same spread, so sizes compare.</summary>
    public double[] Importance()
    {
        var total = Weights.Sum(Math.Abs);
        return Array.ConvertAll(Weights, weight => Math.Abs(weight) / total);
    }

    public ModelProto ToOnnx()
    {
        var graph = new OnnxGraph("churn_logistic_regression", Weights.Length);
        graph.Constant("mean", [.. Standardizer.Mean.Select(v => (float)v)], 1, Weights.Length);
        graph.Constant("scale", [.. Standardizer.Scale.Select(v => (float)v)], 1, Weights.Length);
        graph.Constant("weights", [.. Weights.Select(v => (float)v)], Weights.Length, 1);
        graph.Constant("intercept", [(float)Intercept], 1, 1);
        graph.Node("Sub", [OnnxGraph.Input, "mean"], "centred");
        graph.Node("Div", ["centred", "scale"], "standardised");
        graph.Node("MatMul", ["standardised", "weights"], "weighted");
        graph.Node("Add", ["weighted", "intercept"], "logit");
        return graph.Finish("logit");
    }

    /// <summary>Logits of standardised rows; the last weight is the intercept.</summary>
    internal static double[] Logits(ReadOnlySpan<double> weights, Matrix standardized)
    {
        var logits = new double[standardized.Rows];
        for (var row = 0; row < logits.Length; row++)
        {
            var input = standardized.Row(row);
            var sum = weights[^1];
            for (var i = 0; i < input.Length; i++)
                sum += weights[i] * input[i];
            logits[row] = sum;
        }

        return logits;
    }
}
