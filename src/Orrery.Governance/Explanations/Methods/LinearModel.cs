namespace Orrery.Governance;

/// <summary>Weighted sums of columns.</summary>
/// <param name="columns">As made of the model's.</param>
/// <param name="weights">[outputs][columns].</param>
/// <param name="intercepts">One an output.</param>
internal sealed class LinearModel(IReadOnlyList<ColumnSteps> columns, double[][] weights, double[] intercepts) : MarginModel
{
    public override string Method => "linear";

    public override int Outputs => intercepts.Length;

    public override double[] Margins(ReadOnlySpan<double> row)
    {
        var values = Apply(row);
        var margins = intercepts.ToArray();
        for (var output = 0; output < margins.Length; output++)
        {
            for (var column = 0; column < values.Length; column++)
                margins[output] += weights[output][column] * values[column];
        }

        return margins;
    }

    public override MarginExplainer Against(FeatureMatrix background, int output)
    {
        var means = new double[columns.Count];
        for (var row = 0; row < background.Rows; row++)
        {
            var values = Apply(background.Row(row));
            for (var column = 0; column < means.Length; column++)
                means[column] += values[column] / background.Rows;
        }

        return new Explainer(this, background.Columns, weights[output], intercepts[output], means);
    }

    private double[] Apply(ReadOnlySpan<double> row)
    {
        var values = new double[columns.Count];
        for (var column = 0; column < values.Length; column++)
            values[column] = columns[column].Apply(row[columns[column].Feature]);
        return values;
    }

    // φ = w (x - E x), for each column.
    private sealed class Explainer(LinearModel model, int features, double[] weights, double intercept, double[] means) : MarginExplainer
    {
        public override RowExplanation Explain(ReadOnlySpan<double> row)
        {
            var values = model.Apply(row);
            var (explained, prediction, baseValue) = (new double[features], intercept, intercept);
            for (var column = 0; column < values.Length; column++)
            {
                prediction += weights[column] * values[column];
                baseValue += weights[column] * means[column];
                explained[model.Feature(column)] += weights[column] * (values[column] - means[column]);
            }

            return new(baseValue, explained, prediction);
        }
    }

    private int Feature(int column) => columns[column].Feature;
}
