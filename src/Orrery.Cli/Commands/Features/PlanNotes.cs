using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Writes what a plan says beside its changes: the models that use them, and what is wrong with sources.</summary>
internal static class PlanNotes
{
    private const int Shown = 20;

    public static void Append(StringBuilder text, FeaturePlan plan)
    {
        if (plan.UseCount > 0)
            text.Append("\nTrained on what changes:\n");
        foreach (var use in plan.Uses.Take(Shown))
            text.Append(CultureInfo.InvariantCulture, $"  {use.Kind} {use.Name ?? "(one that you may not see)"}{Standing(use)}: {Used(use)}\n");
        if (plan.UseCount > Shown)
            text.Append(CultureInfo.InvariantCulture, $"  and {plan.UseCount - Math.Min(Shown, plan.Uses.Count)} more\n");
        if (plan.Problems.Count > 0)
            text.Append("\nSources:\n");
        foreach (var problem in plan.Problems)
            text.Append(CultureInfo.InvariantCulture, $"  {(problem.IsFatal ? '!' : '?')} {problem.Message}\n");
    }

    private static string Standing(FeaturePlanUse use)
    {
        var names = use.Aliases.Select(static alias => "@" + alias);
        var all = string.Join(", ", use.Stage is null or "None" ? names : names.Prepend(use.Stage));
        return all.Length == 0 ? "" : $" ({all})";
    }

    private static string Used(FeaturePlanUse use) => use.Service is { } service ? $"service {service}" : $"views {string.Join(", ", use.Views)}";
}
