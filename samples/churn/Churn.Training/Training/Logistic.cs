namespace Churn;

/// <summary>The two functions that tie a logit to a probability, written so that large arguments neither overflow nor vanish.</summary>
internal static class Logistic
{
    public static double Sigmoid(double z) =>
        z >= 0 ? 1 / (1 + Math.Exp(-z)) : Math.Exp(z) / (1 + Math.Exp(z));

    /// <summary>-log p(label | z), in nats.</summary>
    public static double Loss(double z, int label)
    {
        var margin = label == 1 ? z : -z;
        return margin > 0 ? double.LogP1(Math.Exp(-margin)) : double.LogP1(Math.Exp(margin)) - margin;
    }

    /// <summary>The mean of <see cref="Loss"/> over rows.</summary>
    public static double MeanLoss(ReadOnlySpan<double> logits, ReadOnlySpan<int> labels)
    {
        var sum = 0.0;
        for (var row = 0; row < logits.Length; row++)
            sum += Loss(logits[row], labels[row]);
        return sum / logits.Length;
    }

    public static double[] Sigmoid(double[] logits) => Array.ConvertAll(logits, Sigmoid);
}
