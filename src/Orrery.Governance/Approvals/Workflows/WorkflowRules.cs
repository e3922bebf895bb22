using System.Globalization;
using Orrery.Contracts;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>What a workflow may be, and which versions it is for.</summary>
internal static class WorkflowRules
{
    private const int MostHours = 8760;
    private const int MostUseDays = 365;

    /// <summary>No token is good for first use for longer after it was given.</summary>
    public static TimeSpan LongestUse { get; } = TimeSpan.FromDays(MostUseDays);

    private static readonly string[] Tiers = ["low", "medium", "high"];
    private static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    /// <summary>What is wrong with it; null for nothing.</summary>
    public static string? Problem(ApprovalWorkflowSpec spec) =>
        Name("name", spec.Name)
        ?? (spec.Description?.Length > 1000 ? "'description' may have 1,000 characters." : null)
        ?? (spec.Tiers.FirstOrDefault(static tier => !Tiers.Contains(tier)) is { } tier ? $"'tiers' has '{Clip(tier)}'; it may have low, medium and high." : null)
        ?? (spec.Models.Count > 100 || spec.Models.Any(static name => name.Length is 0 or > 250) ? "'models' may have 100 names of 1 to 250 characters." : null)
        ?? spec.Environments.Select(static name => Name("environments", name)).FirstOrDefault(static wrong => wrong is not null)
        ?? (spec.Automatic && spec.Tiers.Any(static one => one != "low") ? "'automatic' is for low risk alone; 'tiers' must be [low]." : null)
        ?? Hours("expires_hours", spec.ExpiresHours)
        ?? (spec.UseWithinDays is < 1 or > MostUseDays ? $"'use_within_days' is {spec.UseWithinDays}; it must be 1 to {MostUseDays}." : null)
        ?? Stages(spec)
        ?? Waiver(spec.Waiver)
        ?? Review(spec.Review)
        ?? Board(spec);

    /// <summary>Whether it is for a version of this tier, model and environment.</summary>
    public static bool IsFor(ApprovalWorkflowSpec spec, string tier, string model, string environment) =>
        spec.Tiers.Contains(tier) && (spec.Environments.Count == 0 || spec.Environments.Contains(environment)) && (spec.Models.Count == 0 || spec.Models.Any(pattern => Matches(pattern, model)));

    /// <summary>Quorum of a stage: all seats where none is said.</summary>
    public static int Quorum(ApprovalStageSpec stage) => stage.Quorum ?? stage.Seats.Sum(static seat => seat.Count);

    /// <summary>Roles of all seats, in order.</summary>
    public static IReadOnlyList<string> Roles(ApprovalWorkflowSpec spec) =>
        [.. spec.Stages.SelectMany(static stage => stage.Seats).Select(static seat => seat.Role).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a name fits a pattern with <c>*</c> for any characters. Linear in the name for each star.</summary>
    public static bool Matches(string pattern, string name)
    {
        var parts = pattern.Split('*');
        if (parts.Length == 1)
            return pattern == name;
        if (name.Length < parts[0].Length + parts[^1].Length || !name.StartsWith(parts[0], StringComparison.Ordinal) || !name.EndsWith(parts[^1], StringComparison.Ordinal))
            return false;
        var (from, until) = (parts[0].Length, name.Length - parts[^1].Length);
        foreach (var part in parts[1..^1])
        {
            var found = name.IndexOf(part, from, until - from, StringComparison.Ordinal);
            if (found < 0)
                return false;
            from = found + part.Length;
        }

        return true;
    }

    private static string? Stages(ApprovalWorkflowSpec spec)
    {
        if (spec.Stages.Count is 0 or > 10)
            return $"'stages' has {spec.Stages.Count} entries; it must have 1 to 10.";
        if (spec.Stages.GroupBy(static stage => stage.Name, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            return $"'stages' has '{Clip(twice.Key)}' twice.";
        return spec.Stages.Select(Stage).FirstOrDefault(static wrong => wrong is not null);
    }

    private static string? Stage(ApprovalStageSpec stage)
    {
        if (Name("stages.name", stage.Name) is { } unnamed)
            return unnamed;
        var at = $"Stage '{stage.Name}'";
        if (stage.Seats.Count is 0 or > 20)
            return $"{at} has {stage.Seats.Count} kinds of seats; it must have 1 to 20.";
        if (stage.Seats.Select(static seat => Name("seats.role", seat.Role)).FirstOrDefault(static wrong => wrong is not null) is { } role)
            return $"{at}: {role}";
        if (stage.Seats.GroupBy(static seat => seat.Role, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            return $"{at} has the role '{twice.Key}' twice; say 'count'.";
        if (stage.Seats.FirstOrDefault(static seat => seat.Count is < 1 or > 20) is { } many)
            return $"{at}: 'count' of {many.Role} is {many.Count}; it must be 1 to 20.";
        var (all, required) = (stage.Seats.Sum(static seat => seat.Count), stage.Seats.Where(static seat => seat.Required).Sum(static seat => seat.Count));
        if (stage.Quorum is { } quorum && (quorum < Math.Max(1, required) || quorum > all))
            return string.Create(CultureInfo.InvariantCulture, $"{at}: 'quorum' is {quorum}; with {all} seats, {required} of them required, it must be {Math.Max(1, required)} to {all}.");
        return (Hours("due_hours", stage.DueHours) ?? Hours("remind_hours", stage.RemindHours ?? 1) ?? (stage.Escalate is { } to ? Hours("escalate.after_hours", to.AfterHours) ?? Name("escalate.to", to.To) : null)) is { } wrong
            ? $"{at}: {wrong}"
            : null;
    }

    private static string? Waiver(ApprovalWaiverSpec? waiver)
    {
        if (waiver is null)
            return null;
        if (waiver.Roles.Count is 0 or > 20)
            return "'waiver.roles' must have 1 to 20 roles.";
        if (waiver.MaxHours is < 1 or > 72 || waiver.DefaultHours < 1 || waiver.DefaultHours > waiver.MaxHours)
            return $"'waiver' may hold 1 to 72 hours, and as many by default at most: it says {waiver.DefaultHours} and {waiver.MaxHours}.";
        if (waiver.ReviewDays is < 1 or > 90)
            return $"'waiver.review_days' is {waiver.ReviewDays}; it must be 1 to 90.";
        return waiver.Roles.Select(static role => Name("waiver.roles", role)).FirstOrDefault(static wrong => wrong is not null);
    }

    private static string? Review(ApprovalReviewSpec? review)
    {
        if (review is null)
            return null;
        if (review.EveryDays is < 1 or > 366 || review.RevalidateEveryDays is < 1 or > 366)
            return "'review.every_days' and 'review.revalidate_every_days' must be 1 to 366.";
        return review.Roles.Count > 20 ? "'review.roles' may have 20 roles." : review.Roles.Select(static role => Name("review.roles", role)).FirstOrDefault(static wrong => wrong is not null);
    }

    private static string? Board(ApprovalWorkflowSpec spec)
    {
        if (spec.Board is not { } board)
            return null;
        if (!Days.Contains(board.Day))
            return $"'board.day' is '{Clip(board.Day)}'; it must be {string.Join(", ", Days)}.";
        if (BoardTimes.Read(board.From) is not { } from || BoardTimes.Read(board.Until) is not { } until || from >= until)
            return $"'board.from' and 'board.until' are '{Clip(board.From)}' and '{Clip(board.Until)}'; they must be times of a day as 14:00, one after the other.";
        return Roles(spec).Contains(board.Chair) ? null : $"'board.chair' is '{Clip(board.Chair)}', who has no seat in a stage.";
    }

    private static string? Hours(string field, int hours) => hours is < 1 or > MostHours ? $"'{field}' is {hours}; it must be 1 to {MostHours}." : null;

    private static string? Name(string field, string name) => WorkspaceName.IsValid(name) ? null : $"'{field}' is '{Clip(name)}'; it must be 1 to 63 lower-case letters, digits and inner dashes.";

    private static string Clip(string text) => text.Length > 80 ? text[..80] + "..." : text;
}
