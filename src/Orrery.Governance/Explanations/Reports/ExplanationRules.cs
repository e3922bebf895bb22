using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Governance;

/// <summary>What a report may ask for.</summary>
internal static class ExplanationRules
{
    public const int DefaultRows = 200;
    public const int DefaultBackground = 100;
    public const int DefaultRepeats = 5;
    public const int DefaultEffects = 5;
    public const int DefaultSurrogate = 3;
    public const int DefaultCounterfactuals = 3;
    public const int DefaultSeed = 1;

    /// <summary>All that is wrong with a specification; null when nothing is. <c>governance.invalid_explanation</c>.</summary>
    public static Failure? Problem(ExplanationSpec spec) => All(spec).ToList() is { Count: > 0 } problems
        ? Failure.Invalid("governance.invalid_explanation", string.Join(" ", problems))
        : null;

    private static IEnumerable<string> All(ExplanationSpec spec)
    {
        if (spec.Model.Length == 0 || spec.Version.Length == 0)
            yield return "Say what is explained: 'model' and 'version'.";
        if (spec.Name is { Length: > 200 })
            yield return "'name' may have 200 characters.";
        if (!PreparedExplainer.Methods.Contains(spec.Method))
            yield return $"'method' is '{spec.Method}'; it must be {string.Join(", ", PreparedExplainer.Methods)}.";
        foreach (var problem in new[]
        {
            Range("class", spec.Class, 0, 10_000), Range("rows", spec.Rows, 1, 10_000), Range("background_rows", spec.BackgroundRows, 1, 1_000),
            Range("samples", spec.Samples, 100, 100_000), Range("repeats", spec.Repeats, 1, 100), Range("effects", spec.Effects, 0, 100),
            Range("surrogate", spec.Surrogate, 0, 6), Range("counterfactual_rows", spec.CounterfactualRows, 1, 100),
        })
        {
            if (problem is not null)
                yield return problem;
        }

        foreach (var problem in RowRules.Problems(spec.Data).Concat(spec.Counterfactuals is { } wanted ? CounterfactualRules.Problems(wanted) : []))
            yield return problem;
        if (spec.Features.Count > 10_000 || spec.Groups.Count > 1_000)
            yield return "'features' may have 10,000 names and 'groups' 1,000.";
        if (spec.Features.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            yield return $"'features' has '{twice.Key}' twice.";
        if (spec.Groups.FirstOrDefault(static group => group.Value is not { Count: > 0 }) is { Key: { } empty })
            yield return $"The group '{empty}' has no columns.";
    }

    private static string? Range(string name, int? value, int least, int most) => value < least || value > most ? $"'{name}' is {value}; it must be {least} to {most}." : null;
}
