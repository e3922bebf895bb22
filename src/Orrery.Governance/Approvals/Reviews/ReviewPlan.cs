using System.Globalization;
using Orrery.Contracts;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>What is to be done after an approval.</summary>
internal static class ReviewPlan
{
    public const string Periodic = "review";
    public const string Revalidation = "revalidation";
    public const string Waiver = "waiver";
    public const string Inherited = "inherited";
    public const string Condition = "condition";

    /// <summary>Days within which what was in production before is looked at.</summary>
    public const int InheritedDays = 90;

    /// <summary>Writes what follows an approval that was just given, in its transaction.</summary>
    public static async ValueTask WriteAsync(DbSession session, ApprovalRow row, DateTimeOffset now)
    {
        await ReviewStore.SupersedeAsync(session, row, now.ToUnixTimeMilliseconds());
        foreach (var review in Of(row, now))
            await ReviewStore.InsertAsync(session, row.Workspace, review);
    }

    /// <summary>The next of one that comes again and again.</summary>
    public static ReviewRow Next(ReviewRow done, DateTimeOffset now)
    {
        // Not one for each that was missed: from today on, when that is later.
        var due = done.Review.DueAt.AddDays(done.EveryDays!.Value);
        return done with
        {
            Review = done.Review with
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                State = ReviewRow.Open,
                CreatedAt = now,
                DueAt = due > now ? due : now.AddDays(done.EveryDays.Value),
                CompletedAt = null,
                CompletedBy = null,
                Notes = null,
                Checks = [],
            },
        };
    }

    private static IEnumerable<ReviewRow> Of(ApprovalRow row, DateTimeOffset now)
    {
        var (approval, spec) = (row.Approval, row.Spec);
        var normal = WorkflowRules.Roles(spec);
        foreach (var condition in approval.Conditions)
            yield return Owned(New(row, Condition, condition.Text, [], condition.DueAt, null, now), condition.Owner);
        if (approval.Kind == ApprovalToken.Waiver)
        {
            yield return New(row, Waiver, "Look at what the waiver let through, why it was needed, and what keeps it from being needed again.", normal, now.AddDays(spec.Waiver!.ReviewDays), null, now);
            yield break;
        }

        if (approval.Kind == ApprovalToken.Inherited)
            yield return New(row, Inherited, "Look at what was in production before approvals were asked for, and have it approved or taken out.", normal, now.AddDays(InheritedDays), null, now);
        if (spec.Review is not { } review)
            yield break;
        var roles = review.Roles.Count == 0 ? normal : review.Roles;
        yield return New(row, Periodic, string.Create(CultureInfo.InvariantCulture, $"Look at how the version fares: every {review.EveryDays} days."), roles, now.AddDays(review.EveryDays), review.EveryDays, now);
        if (review.RevalidateEveryDays is { } days)
            yield return New(row, Revalidation, string.Create(CultureInfo.InvariantCulture, $"Validate the version anew; the checks are asked again: every {days} days."), roles, now.AddDays(days), days, now);
    }

    private static ReviewRow Owned(ReviewRow row, string owner) => row with { Review = row.Review with { Owner = owner } };

    private static ReviewRow New(ApprovalRow row, string kind, string task, IReadOnlyList<string> roles, DateTimeOffset due, int? every, DateTimeOffset now) => new(row.ModelId, every, new()
    {
        Id = Guid.CreateVersion7(now).ToString("N"),
        Kind = kind,
        ApprovalId = row.Id,
        Model = row.Approval.Model,
        Version = row.Approval.Version,
        Environment = row.Approval.Environment,
        Task = task,
        Roles = roles,
        State = ReviewRow.Open,
        DueAt = due,
        CreatedAt = now,
    });
}
