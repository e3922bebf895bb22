namespace Orrery.Governance;

/// <summary>The positives, or the negatives, of a cell: sums over its rows.</summary>
/// <param name="Weight">Of weights.</param>
/// <param name="Squares">Of squared weights.</param>
/// <param name="Log">Of weighted log-losses.</param>
/// <param name="Square">Of weighted squared errors.</param>
internal readonly record struct ScoreSide(double Weight, double Squares, double Log, double Square)
{
    /// <summary>Rows of equal weight that would say as much (Kish).</summary>
    public double Effective => Squares > 0 ? Weight * Weight / Squares : 0;

    public ScoreSide With(double weight, double log, double square) => new(Weight + weight, Squares + (weight * weight), Log + (weight * log), Square + (weight * square));
}
