using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;

namespace Orrery.Governance;

/// <summary>The answer that is wanted of a model.</summary>
/// <param name="Class">Place of a class; null for a predicted value.</param>
/// <param name="Min">Least probability or value.</param>
/// <param name="Max">Greatest probability or value.</param>
internal sealed record OutcomeGoal(int? Class, double? Min, double? Max)
{
    private const string Code = "governance.invalid_goal";

    /// <summary>Whether a class is wanted to come before all others.</summary>
    private bool IsFirst => Class is not null && Min is null && Max is null;

    /// <summary>For people.</summary>
    public string Text
    {
        get
        {
            var range = (Min, Max) switch
            {
                ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
                ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"at least {min}"),
                (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"at most {max}"),
                _ => "before any other",
            };
            return Class is { } place ? $"class {place} {range}" : range;
        }
    }

    /// <summary>What is wanted of a row; <c>governance.invalid_goal</c>, <c>governance.not_explainable</c>.</summary>
    /// <param name="asked">As it was asked for; null for the other one of two classes.</param>
    /// <param name="scores">What the model says of rows as they are.</param>
    /// <param name="row">Which of them.</param>
    public static Result<OutcomeGoal> Choose(CounterfactualGoal? asked, Scores scores, int row)
    {
        var (min, max) = (asked?.Min, asked?.Max);
        if (min > max || !double.IsFinite(min ?? 0) || !double.IsFinite(max ?? 0))
            return Failure.Invalid(Code, $"'goal' wants {min} to {max}, which is no range.");
        if (scores.Probabilities is not { Numbers: not null } probabilities)
        {
            if (scores.Predictions?.Numbers is null)
                return Failure.Invalid("governance.not_explainable", "The model gives labels alone, neither probabilities nor numbers; there is nothing to look for.");
            if (asked?.Class is { } none)
                return Failure.Invalid(Code, $"'goal.class' is {none}; the model gives no probabilities of classes.");
            return min is null && max is null ? Failure.Invalid(Code, "Say which predicted value is wanted: 'goal.min', 'goal.max' or both.") : new OutcomeGoal(null, min, max);
        }

        var classes = Math.Max(2, probabilities.Width);
        if (asked?.Class is { } wanted)
            return wanted >= 0 && wanted < classes ? new OutcomeGoal(wanted, min, max) : Failure.Invalid(Code, $"'goal.class' is {wanted}; the model has {classes} classes, 0 to {classes - 1}.");
        if (classes > 2)
            return Failure.Invalid(Code, $"The model has {classes} classes; say which is wanted in 'goal.class', 0 to {classes - 1}.");
        if (min is not null || max is not null)
            return new OutcomeGoal(1, min, max);
        return new OutcomeGoal(Probability(probabilities, row, 1) >= Probability(probabilities, row, 0) ? 0 : 1, null, null);
    }

    /// <summary>The number that is wanted to be so, and how far it is from that; not above 0 where it is as wanted.</summary>
    public (double Output, double Gap) Of(Scores scores, int row)
    {
        if (Class is not { } place)
            return (scores.Predictions!.Numbers![row], GapOf(scores.Predictions.Numbers[row]));
        var probabilities = scores.Probabilities!;
        var own = Probability(probabilities, row, place);
        if (!IsFirst)
            return (own, GapOf(own));
        var rival = double.NegativeInfinity;
        for (var other = 0; other < Math.Max(2, probabilities.Width); other++)
            rival = other == place ? rival : Math.Max(rival, Probability(probabilities, row, other));
        // Who is first of equals is the model's own matter.
        var gap = rival - own;
        return (own, double.IsNaN(gap) ? double.PositiveInfinity : gap == 0 ? double.Epsilon : gap);
    }

    private double GapOf(double value) => double.IsNaN(value) ? double.PositiveInfinity : Math.Max(Min - value ?? double.NegativeInfinity, value - Max ?? double.NegativeInfinity);

    // One number a row is the second class's.
    private static double Probability(ScoreOutput output, int row, int place) => output.Width > 1
        ? output.Numbers![(row * output.Width) + place]
        : place == 1 ? output.Numbers![row] : 1 - output.Numbers![row];
}
