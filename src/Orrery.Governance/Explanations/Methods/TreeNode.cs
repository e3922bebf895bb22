namespace Orrery.Governance;

/// <summary>A node of a tree that decides.</summary>
/// <param name="Column">Of the ensemble's input.</param>
/// <param name="Decision">How it compares.</param>
/// <param name="Value">With what.</param>
/// <param name="MissingIsTrue">Whether NaN goes where the comparison is true.</param>
internal readonly record struct TreeNode(int Column, TreeDecision Decision, double Value, bool MissingIsTrue)
{
    /// <summary>Whether the comparison is true of a value.</summary>
    public bool Decide(double value)
    {
        if (MissingIsTrue && double.IsNaN(value))
            return true;
        return Decision switch
        {
            TreeDecision.LessOrEqual => value <= Value,
            TreeDecision.Less => value < Value,
            TreeDecision.GreaterOrEqual => value >= Value,
            TreeDecision.Greater => value > Value,
            TreeDecision.Equal => value == Value,
            _ => value != Value,
        };
    }
}
