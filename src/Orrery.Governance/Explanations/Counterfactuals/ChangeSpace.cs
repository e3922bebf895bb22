using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What may become of one row, and what it costs.</summary>
internal sealed class ChangeSpace
{
    private readonly RowScales _scales;
    private readonly double[] _weights;
    private readonly double _sparsity;

    private ChangeSpace(double[] row, IReadOnlyList<ColumnChoices> choices, double[] weights, RowScales scales, double sparsity, int mostChanges)
    {
        (Row, _weights, _scales, _sparsity, MostChanges) = (row, weights, scales, sparsity, mostChanges);
        Choices = [.. choices.Where(static one => one.Values.Length > 0)];
    }

    /// <summary>As it is.</summary>
    public double[] Row { get; }

    /// <summary>Columns that may be changed.</summary>
    public IReadOnlyList<ColumnChoices> Choices { get; }

    /// <summary>How many of them at once.</summary>
    public int MostChanges { get; }

    /// <summary>Whether nothing but <see cref="ColumnChoices.Values"/> is allowed.</summary>
    public bool IsComplete => Choices.All(static one => one.IsComplete);

    /// <summary>How many combinations of values there are beside the row itself; infinity for more than can be counted.</summary>
    public double Combinations
    {
        get
        {
            // Of each number of changes, by the elementary symmetric polynomials of the columns' numbers of values.
            var counts = new double[MostChanges + 1];
            counts[0] = 1;
            foreach (var choice in Choices)
            {
                for (var changes = MostChanges; changes > 0; changes--)
                    counts[changes] += counts[changes - 1] * choice.Values.Length;
            }

            return counts.Skip(1).Sum();
        }
    }

    /// <summary>Finds what a row may become; <c>governance.invalid_constraint</c>.</summary>
    /// <param name="row">As it is.</param>
    /// <param name="columns">Names.</param>
    /// <param name="background">What values are usual.</param>
    /// <param name="scales">Of the background.</param>
    /// <param name="codes">Of texts; meets those that constraints list.</param>
    /// <param name="spec">What is looked for.</param>
    public static Result<ChangeSpace> Of(double[] row, IReadOnlyList<string> columns, FeatureMatrix background, RowScales scales, TextCodes codes, CounterfactualSpec spec)
    {
        if (spec.Constraints.Keys.FirstOrDefault(name => !columns.Contains(name)) is { } unknown)
            return Failure.Invalid("governance.invalid_constraint", $"'constraints' names '{unknown}', which the model does not take; it takes {string.Join(", ", columns.Take(50))}.");
        var choices = new List<ColumnChoices>(columns.Count);
        for (var column = 0; column < columns.Count; column++)
        {
            if (ColumnChoices.Of(columns[column], column, row[column], background.Column(column), codes, spec.Constraints.GetValueOrDefault(columns[column])).Failed(out var refused, out var choice))
                return refused;
            choices.Add(choice);
        }

        double[] weights = [.. columns.Select(name => spec.Constraints.GetValueOrDefault(name)?.Weight ?? 1)];
        var most = Math.Min(spec.MostChanges ?? int.MaxValue, choices.Count(static choice => choice.Values.Length > 0));
        return new ChangeSpace(row, choices, weights, scales, spec.Sparsity ?? CounterfactualRules.DefaultSparsity, most);
    }

    /// <summary>What a row costs.</summary>
    public double Cost(ReadOnlySpan<double> changed) => Distance(Row, changed) + (_sparsity * Changes(changed));

    /// <summary>Weighted distance of two rows.</summary>
    public double Distance(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        var sum = 0.0;
        for (var column = 0; column < Row.Length; column++)
            sum += _weights[column] * _scales.Distance(column, one[column], other[column]);
        return sum;
    }

    /// <summary>How many columns differ.</summary>
    public int Changes(ReadOnlySpan<double> changed)
    {
        var count = 0;
        for (var column = 0; column < Row.Length; column++)
            count += changed[column].Equals(Row[column]) ? 0 : 1;
        return count;
    }
}
