using System.Globalization;
using System.Text.Json;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>What is to be done after approvals: listed, done with notes, overdue where anybody sees it.</summary>
internal sealed class Reviews(Db db, AuditLog audit, DecisionFacts facts, TimeProvider time)
{
    private const int Longest = 4000;
    private static readonly string[] States = [ReviewRow.Open, ReviewRow.Overdue, ReviewRow.Done, ReviewRow.Closed];

    /// <summary>One page, the earliest due first; <c>governance.invalid_state</c>, <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    public async ValueTask<Result<ApprovalReviewPage>> ListAsync(Actor actor, string? state, string? model, string? approval, int? limit, string? token, CancellationToken cancel)
    {
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (state is not null && !States.Contains(state))
            return Failure.Invalid("governance.invalid_state", $"'{(state.Length > 40 ? state[..40] : state)}' is no state of reviews: {string.Join(", ", States)}.");
        var after = (Due: long.MinValue, Id: "");
        if (!string.IsNullOrEmpty(token))
        {
            if (PageToken.Decode(token, 2) is not [string due, string id] || !long.TryParse(due, CultureInfo.InvariantCulture, out var at))
                return Listings.NotOurs("governance.invalid_page_token");
            after = (at, id);
        }

        var (size, now) = (limit ?? Listings.DefaultLimit, time.GetUtcNow());
        var filter = new ReviewFilter(state == ReviewRow.Overdue ? ReviewRow.Open : state, state == ReviewRow.Overdue ? now.ToUnixTimeMilliseconds() : null, model, approval);
        var found = await db.ReadAsync(session => ReviewStore.ListAsync(session, actor.Workspace, filter, actor.Limits?.Ids, after, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Review.DueAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), row.Review.Id));
        return new ApprovalReviewPage { Reviews = [.. page.Items.Select(row => row.Wire(now))], NextPageToken = page.NextToken };
    }

    /// <summary>One; <c>governance.review_not_found</c>.</summary>
    public async ValueTask<Result<ApprovalReview>> GetAsync(Actor actor, string id, CancellationToken cancel) =>
        await db.ReadAsync(session => ReviewStore.FindAsync(session, actor.Workspace, id), cancel) is { } row && ApprovalGrounds.IsSeen(actor, row.ModelId) ? row.Wire(time.GetUtcNow()) : NotFound(id);

    /// <summary>
    /// Completes one; the next of those that come again and again follows. A revalidation asks the checks and keeps what they say. <c>governance.review_not_found</c>,
    /// <c>governance.review_ended</c>, <c>governance.invalid_review</c>, <c>governance.approval_person</c>, <c>governance.approval_self</c>, <c>governance.approval_role</c>, and what the checks refuse.
    /// </summary>
    public async ValueTask<Result<ApprovalReview>> CompleteAsync(Actor actor, string id, CompleteReview done, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(done.Notes) || done.Notes.Length > Longest)
            return Failure.Invalid("governance.invalid_review", $"'notes' says what was found, in 1 to {Longest} characters; it has {done.Notes.Length}.");
        if ((await GetAsync(actor, id, cancel)).Failed(out var unknown, out var review))
            return unknown;
        IReadOnlyList<AutomaticCheck> checks = [];
        if (review.Kind == ReviewPlan.Revalidation && (await facts.Check(Actor.System(actor.Workspace, actor.WorkspaceName), review.Model, review.Version, review.Environment, cancel)).Failed(out var unasked, out checks!))
            return unasked;
        return await db.WriteAsync<ApprovalReview>(session => CompleteAsync(session, actor, id, done.Notes.Trim(), checks), cancel);
    }

    private async ValueTask<Result<ApprovalReview>> CompleteAsync(DbSession session, Actor actor, string id, string notes, IReadOnlyList<AutomaticCheck> checks)
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        if (await ReviewStore.LockAsync(session, actor.Workspace, id) is not { } row)
            return NotFound(id);
        if (row.Review.State != ReviewRow.Open)
            return Failure.Conflict("governance.review_ended", $"The review {id} is {row.Review.State} already.");
        if (await RefusalAsync(session, actor, row, now) is { } refused)
            return refused;
        var done = row with { Review = row.Review with { State = ReviewRow.Done, CompletedAt = now, CompletedBy = actor.Name, Notes = notes, Checks = checks } };
        await ReviewStore.EndAsync(session, actor.Workspace, done.Review);
        if (row.EveryDays is not null && await ApprovalStore.FindAsync(session, actor.Workspace, row.Review.ApprovalId) is { State: ApprovalRow.Approved })
            await ReviewStore.InsertAsync(session, actor.Workspace, ReviewPlan.Next(row, now));
        await audit.AppendAsync(session, actor, new AuditRecord("approval.review.complete", "approval-review", id)
        {
            Detail = JsonSerializer.Serialize(
                new SortedDictionary<string, string>(StringComparer.Ordinal) { ["approval"] = row.Review.ApprovalId, ["kind"] = row.Review.Kind, ["overdue"] = row.Review.DueAt < now ? "yes" : "no" },
                ApprovalJson.Default.SortedDictionaryStringString),
        });
        return done.Review;
    }

    // A condition's owner, or who holds one of the roles; nobody reviews their own waiver.
    private static async ValueTask<Failure?> RefusalAsync(DbSession session, Actor actor, ReviewRow row, DateTimeOffset now)
    {
        if ((await Voters.ReadAsync(session, actor, row.ModelId, now)).Failed(out var nobody, out var voter))
            return nobody;
        if (!voter.Person.IsPerson || !voter.Person.IsActive)
            return new Failure(FailureKind.Denied, "governance.approval_person", $"Reviews are for people who are active; {voter.Person.Name} is none.");
        if (row.Review.Owner is { } owner)
        {
            return string.Equals(owner, voter.Person.Name, StringComparison.OrdinalIgnoreCase)
                ? null
                : new Failure(FailureKind.Denied, "governance.approval_role", $"{owner} sees to this condition.");
        }

        if (row.Review.Kind == ReviewPlan.Waiver && await ApprovalStore.FindAsync(session, actor.Workspace, row.Review.ApprovalId) is { } approval
            && (approval.Requesters.Contains(voter.Person.PrincipalId) || (await ApprovalDecisionStore.ListAsync(session, actor.Workspace, approval.Id)).Any(one => one.PrincipalId == voter.Person.PrincipalId)))
            return new Failure(FailureKind.Denied, "governance.approval_self", $"{voter.Person.Name} asked for the waiver or gave it; others review it.");
        return row.Review.Roles.Any(voter.Roles.Contains) || voter.Lent.Any(lent => row.Review.Roles.Contains(lent.Role))
            ? null
            : new Failure(FailureKind.Denied, "governance.approval_role", $"This is for {string.Join(", ", row.Review.Roles)}; {voter.Person.Name} holds none of these roles now.");
    }

    private static Failure NotFound(string id) => Failure.NotFound("governance.review_not_found", $"There is no review {(id.Length > 80 ? id[..80] : id)} in this workspace.");
}
