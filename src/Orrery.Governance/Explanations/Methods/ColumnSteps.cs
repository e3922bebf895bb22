namespace Orrery.Governance;

/// <summary>What a graph does to one of the model's columns before trees or weights: arithmetic with constants, step by step, in the graph's own precision.</summary>
/// <param name="Feature">The model's column.</param>
/// <param name="IsSingle">Whether the first value is of single precision.</param>
/// <param name="Steps">In order.</param>
internal sealed record ColumnSteps(int Feature, bool IsSingle, IReadOnlyList<ColumnStep> Steps)
{
    public double Apply(double value)
    {
        if (IsSingle)
            value = (float)value;
        foreach (var step in Steps)
            value = step.Apply(value);
        return value;
    }

    public ColumnSteps Then(ColumnStep step) => this with { Steps = [.. Steps, step] };
}

/// <summary>One step.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Constant">With what.</param>
/// <param name="IsSingle">Whether the outcome is of single precision.</param>
internal readonly record struct ColumnStep(ColumnStepKind Kind, double Constant, bool IsSingle)
{
    public double Apply(double value)
    {
        var result = Kind switch
        {
            ColumnStepKind.Add => value + Constant,
            ColumnStepKind.Subtract => value - Constant,
            ColumnStepKind.SubtractFrom => Constant - value,
            ColumnStepKind.Multiply => value * Constant,
            ColumnStepKind.Divide => value / Constant,
            ColumnStepKind.FillMissing => double.IsNaN(value) ? Constant : value,
            _ => value,
        };
        return IsSingle ? (float)result : result;
    }
}

/// <summary>What a step does.</summary>
internal enum ColumnStepKind
{
    Cast,
    Add,
    Subtract,
    SubtractFrom,
    Multiply,
    Divide,
    FillMissing,
}
