using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>What may be asked of counterfactuals.</summary>
internal static class CounterfactualRules
{
    public const int DefaultCount = 3;
    public const double DefaultSparsity = 0.5;
    public const double DefaultDiversity = 1;
    public const int DefaultEvaluations = 20_000;
    public const int DefaultSeed = 1;
    public const int MostEvaluations = 200_000;

    /// <summary>All that is wrong.</summary>
    public static IEnumerable<string> Problems(CounterfactualSpec spec)
    {
        foreach (var (name, value, least, most) in new (string, double?, double, double)[]
        {
            ("count", spec.Count, 1, 10), ("most_changes", spec.MostChanges, 1, 10_000), ("sparsity", spec.Sparsity, 0, 100), ("diversity", spec.Diversity, 0, 100),
            ("most_evaluations", spec.MostEvaluations, 100, MostEvaluations),
        })
        {
            if (value is { } given && !(given >= least && given <= most))
                yield return $"'{name}' is {given}; it must be {least} to {most}.";
        }

        if (spec.Constraints.Count > 10_000)
            yield return "'constraints' may name 10,000 columns.";
        foreach (var problem in spec.Constraints.SelectMany(static one => Problems(one.Key, one.Value)))
            yield return problem;
    }

    private static IEnumerable<string> Problems(string name, FeatureConstraint? constraint)
    {
        if (constraint is null)
        {
            yield return $"The constraint of '{name}' is null.";
            yield break;
        }

        if (constraint.Min > constraint.Max || !double.IsFinite(constraint.Min ?? 0) || !double.IsFinite(constraint.Max ?? 0))
            yield return $"The constraint of '{name}' allows {constraint.Min} to {constraint.Max}, which is no range.";
        if (constraint.Direction is not (null or "up" or "down"))
            yield return $"'direction' of '{name}' is '{constraint.Direction}'; it must be up or down.";
        if (constraint.Step is not (null or (> 0 and < double.PositiveInfinity)))
            yield return $"'step' of '{name}' is {constraint.Step}; it must be greater than 0.";
        if (constraint.Weight is not (null or (> 0 and < double.PositiveInfinity)))
            yield return $"'weight' of '{name}' is {constraint.Weight}; it must be greater than 0.";
        if (constraint.Values is { Count: > 1000 or 0 })
            yield return $"'values' of '{name}' must have 1 to 1,000 entries.";
        if (constraint.Fixed && constraint with { Fixed = false, Weight = null } != new FeatureConstraint())
            yield return $"'{name}' is fixed; nothing else can be asked of its changes.";
    }
}
