namespace Churn;

/// <summary>Brings each column to mean 0 and standard deviation 1 (population), as learned from the training rows.</summary>
internal sealed record Standardizer(double[] Mean, double[] Scale)
{
    /// <summary>Learns means and deviations. A constant column gets scale 1 and so becomes 0.</summary>
    public static Standardizer Fit(Matrix inputs)
    {
        var mean = new double[inputs.Columns];
        var scale = new double[inputs.Columns];
        for (var row = 0; row < inputs.Rows; row++)
            for (var column = 0; column < inputs.Columns; column++)
                mean[column] += inputs.Row(row)[column] / inputs.Rows;
        for (var row = 0; row < inputs.Rows; row++)
            for (var column = 0; column < inputs.Columns; column++)
                scale[column] += Math.Pow(inputs.Row(row)[column] - mean[column], 2) / inputs.Rows;
        return new(mean, Array.ConvertAll(scale, variance => variance > 0 ? Math.Sqrt(variance) : 1));
    }

    public Matrix Apply(Matrix inputs)
    {
        var values = new double[inputs.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var column = i % inputs.Columns;
            values[i] = (inputs.Values[i] - Mean[column]) / Scale[column];
        }

        return inputs with { Values = values };
    }
}
