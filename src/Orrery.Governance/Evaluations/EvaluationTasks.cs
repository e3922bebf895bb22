namespace Orrery.Governance;

/// <summary>What versions are evaluated as.</summary>
internal static class EvaluationTasks
{
    public const string Binary = "binary";
    public const string Multiclass = "multiclass";
    public const string Regression = "regression";

    public static readonly IReadOnlyList<string> All = [Binary, Multiclass, Regression];
}
