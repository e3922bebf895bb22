using System.Globalization;
using System.Text;
using Orrery.Contracts;

namespace Orrery.Cli;

/// <summary>Writes a plan for people: <c>+</c> added, <c>~</c> changed, <c>-</c> removed, and what would break.</summary>
internal static class PlanText
{
    public static string Of(FeaturePlan plan)
    {
        var text = new StringBuilder();
        foreach (var change in plan.Changes)
            Append(text, change);
        if (plan.Backfills.Count > 0)
            text.Append("\nTo be filled:\n");
        foreach (var backfill in plan.Backfills)
            text.Append(CultureInfo.InvariantCulture, $"  {backfill.View} (stored values of version {backfill.StorageVersion}): {backfill.Why}; {Cost(backfill)}\n");
        if (plan.Pinned.Count > 0)
            text.Append("\nStay with an earlier version (use --repin to move them):\n");
        foreach (var pin in plan.Pinned)
            text.Append(CultureInfo.InvariantCulture, $"  service {pin.Service}: {pin.View}@v{pin.Version}, newest is v{pin.Newest}\n");
        PlanNotes.Append(text, plan);
        if (plan.Breaks.Count > 0)
            text.Append("\nBREAKS:\n");
        foreach (var one in plan.Breaks)
            text.Append(CultureInfo.InvariantCulture, $"  ! {one.Kind} {one.Name} uses {one.Uses}: {one.Why}\n");
        return text.Append('\n').Append(Summary(plan)).Append('\n').ToString();
    }

    public static string Summary(FeaturePlan plan)
    {
        if (plan.Changes.Count == 0)
            return $"{plan.Project} (revision {plan.Revision}): nothing changes.";
        var counts = plan.Changes.CountBy(static change => change.Action).ToDictionary();
        return string.Create(CultureInfo.InvariantCulture,
            $"{plan.Project} (revision {plan.Revision}): {counts.GetValueOrDefault("add")} to add, {counts.GetValueOrDefault("change")} to change, {counts.GetValueOrDefault("remove")} to remove.");
    }

    public static void Append(StringBuilder text, FeatureChange change)
    {
        var sign = change.Action switch { "add" => '+', "remove" => '-', _ => '~' };
        text.Append(CultureInfo.InvariantCulture, $"{sign} {change.Kind} {change.Name}");
        if (change.Action == "change")
            text.Append(CultureInfo.InvariantCulture, $" v{change.FromVersion} -> v{change.ToVersion}");
        if (change.Reason is not null)
            text.Append(CultureInfo.InvariantCulture, $" ({change.Reason})");
        text.Append('\n');
        foreach (var field in change.Fields)
        {
            text.Append("    ").Append((field.Before, field.After) switch
            {
                (null, { } after) => $"+ {field.Path}: {after.GetRawText()}",
                ({ } before, null) => $"- {field.Path}: {before.GetRawText()}",
                ({ } before, { } after) => $"~ {field.Path}: {before.GetRawText()} -> {after.GetRawText()}",
                _ => field.Path,
            }).Append('\n');
        }
    }

    private static string Cost(FeatureBackfill backfill) => (backfill.Rows, backfill.Seconds) switch
    {
        (null, null) => "cost unknown",
        ({ } rows, null) => string.Create(CultureInfo.InvariantCulture, $"about {rows:N0} rows"),
        (null, { } seconds) => string.Create(CultureInfo.InvariantCulture, $"about {seconds:N0} s"),
        ({ } rows, { } seconds) => string.Create(CultureInfo.InvariantCulture, $"about {rows:N0} rows, {seconds:N0} s"),
    };
}
