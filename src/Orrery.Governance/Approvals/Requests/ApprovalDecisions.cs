using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>
/// Decisions of people. Each is made on the row as the transaction holds it, with the roles held then. The decision that completes an approval asks the facts anew, and is
/// written together with the token.
/// </summary>
internal sealed class ApprovalDecisions(
    Db db, ApprovalGrounds grounds, ApprovalTokens tokens, ApprovalEnding ending, ApprovalTrail trail, ApprovalEnds ends, TimeProvider time)
{
    private const int Attempts = 8;
    private const int LongestText = 4000;
    private const int MostConditions = 20;

    /// <summary>Decides in one seat; see <see cref="Approvals.DecideAsync"/>.</summary>
    public async ValueTask<Result<ApprovalRow>> DecideAsync(Actor actor, string id, DecideApproval decision, CancellationToken cancel)
    {
        if (Problem(decision) is { } wrong)
            return wrong;
        for (var attempt = 1; ; attempt++)
        {
            var tried = await TryAsync(actor, id, decision, cancel);
            if (tried.Failure?.Code != ApprovalRequests.Raced.Code || attempt == Attempts)
                return tried;
        }
    }

    /// <summary>Takes a request back; see <see cref="Approvals.WithdrawAsync"/>.</summary>
    public ValueTask<Result<ApprovalRow>> WithdrawAsync(Actor actor, string id, string? reason, CancellationToken cancel) => ChangeAsync(actor, id, async (session, row) =>
    {
        if (row.State != ApprovalRow.Pending)
            return Seating.Ended(row);
        if (row.Approval.RequestedBy != actor.Name || row.RequesterId != (actor.Origin.PrincipalId ?? ""))
            return new Failure(FailureKind.Denied, "governance.not_requester", $"{row.Approval.RequestedBy} asked for approval {row.Id} and may withdraw it; who decides may reject it.");
        return await ending.EndAsync(session, actor, row, ApprovalRow.Withdrawn, Said(reason) ?? "Who asked took it back.", stopsTraffic: false);
    }, cancel);

    /// <summary>Ends one that stands; see <see cref="Approvals.RevokeAsync"/>.</summary>
    public async ValueTask<Result<ApprovalRow>> RevokeAsync(Actor actor, string id, string? reason, CancellationToken cancel)
    {
        if (Said(reason) is not { } why)
            return Failure.Invalid("governance.reason_missing", "'reason' says why the approval is revoked, in 1 to 2,000 characters.");
        var revoked = await ChangeAsync(actor, id, async (session, row) => row.State == ApprovalRow.Approved
            ? await ending.EndAsync(session, actor, row, ApprovalRow.Revoked, why, stopsTraffic: true)
            : row.State == ApprovalRow.Pending ? Failure.Conflict("governance.approval_pending", $"Approval {row.Id} is pending: reject it, or who asked withdraws it.") : Seating.Ended(row), cancel);
        await ends.RefreshAsync(cancel);
        return revoked;
    }

    /// <summary>Says something; see <see cref="Approvals.CommentAsync"/>.</summary>
    public async ValueTask<Result<ApprovalRow>> CommentAsync(Actor actor, string id, string text, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText)
            return Failure.Invalid("governance.invalid_comment", $"'text' has {text.Length} characters; it must have 1 to {LongestText}.");
        return await ChangeAsync(actor, id, async (session, row) =>
        {
            if (row.Approval.Comments.Count >= 500)
                return Failure.Conflict("governance.invalid_comment", "An approval may have 500 comments.");
            var said = row.With(approval => approval with { Comments = [.. approval.Comments, new() { By = actor.Name, At = Now(), Text = text.Trim() }] });
            await ApprovalStore.UpdateAsync(session, said);
            await trail.WriteAsync(session, actor, "approval.comment", said);
            return said;
        }, cancel);
    }

    private async ValueTask<Result<ApprovalRow>> TryAsync(Actor actor, string id, DecideApproval decision, CancellationToken cancel)
    {
        var looked = await db.ReadAsync<Result<(ApprovalRow Before, ApprovalRow After, SeatChoice Choice)>>(async session =>
            await ApprovalStore.FindAsync(session, actor.Workspace, id) is { } row ? await WeighAsync(session, actor, row, decision) : Approvals.NotFound(id), cancel);
        if (looked.Failed(out var refused, out var seen))
            return refused;
        if (seen.After.State != ApprovalRow.Approved)
            return await db.WriteAsync<ApprovalRow>(session => WriteAsync(session, actor, id, decision, null, null), cancel);
        if ((await LookAnewAsync(actor, seen.Before, cancel)).Failed(out var fallen, out var basis))
            return fallen;

        ApprovalRow? result = null;
        var signed = await tokens.SignAsync(ApprovalTokens.Of(seen.Before, seen.Before.Approval.Kind, Now()), async (session, token) =>
        {
            if ((await WriteAsync(session, actor, id, decision, token, basis)).Failed(out var lost, out result))
                return lost;
            return Done.Ok;
        }, cancel);
        return signed.Failure is { } failure ? failure : result!;
    }

    // With the row held: the seat is chosen again, by the roles held now. Without a token for what turns out complete, and with one for what does not, it is tried again.
    private async ValueTask<Result<ApprovalRow>> WriteAsync(DbSession session, Actor actor, string id, DecideApproval decision, ApprovalToken? token, ApprovalBasis? basis)
    {
        if (await ApprovalStore.LockAsync(session, actor.Workspace, id) is not { } row)
            return Approvals.NotFound(id);
        if ((await WeighAsync(session, actor, row, decision)).Failed(out var refused, out var weighed))
            return refused;
        var (_, after, choice) = weighed;
        if (after.State == ApprovalRow.Approved != token is not null)
            return ApprovalRequests.Raced;
        await ApprovalDecisionStore.InsertAsync(session, actor.Workspace, id, new(choice.Seat.Id, actor.Origin.PrincipalId!, choice.VoiceId), decision.Decision, Now().ToUnixTimeMilliseconds());
        if (token is not null)
            after = ApprovalRequests.Approved(after.With(approval => approval with { Checks = basis!.Checks }), token);
        await ApprovalStore.UpdateAsync(session, after);
        await trail.WriteAsync(session, actor, "approval.decide", after, ("seat", choice.Seat.Id), ("decision", decision.Decision), ("delegated", choice.OnBehalfOf is null ? null : "yes"), ("escalated", choice.EscalatedRole));
        if (after.State == ApprovalRow.Approved)
        {
            await ReviewPlan.WriteAsync(session, after, Now());
            await trail.WriteAsync(session, actor, "approval.approve", after, ("tier", after.Approval.Tier), ("workflow", after.Approval.Workflow!.Name));
        }

        if (after.State != ApprovalRow.Pending)
            trail.Tell(session, actor, ApprovalTrail.Decided, after, after.State == ApprovalRow.Rejected ? decision.Comment : null);
        else if (StageSteps.Current(after.Approval)!.Name != StageSteps.Current(row.Approval)!.Name)
            trail.Tell(session, actor, ApprovalTrail.Requested, after);
        return after;
    }

    // What would come of it, by what the session sees.
    private async ValueTask<Result<(ApprovalRow Before, ApprovalRow After, SeatChoice Choice)>> WeighAsync(DbSession session, Actor actor, ApprovalRow row, DecideApproval decision)
    {
        if (!ApprovalGrounds.IsSeen(actor, row.ModelId))
            return Approvals.NotFound(row.Id);
        var now = Now();
        // It ends at its time, also when nobody has written that down yet.
        if (row.State == ApprovalRow.Pending && row.Approval.ExpiresAt <= now)
            return Failure.Conflict("governance.approval_ended", $"The approval {row.Id} has expired: nobody decided by {row.Approval.ExpiresAt:yyyy-MM-dd HH:mm} UTC. A new one can be asked for.");
        if ((await Voters.ReadAsync(session, actor, row.ModelId, now)).Failed(out var nobody, out var voter))
            return nobody;
        if (Seating.Choose(row, voter, await ApprovalDecisionStore.ListAsync(session, row.Workspace, row.Id), decision.Role).Failed(out var refused, out var choice))
            return refused;
        var filled = choice.Seat with
        {
            Decision = decision.Decision,
            DecidedBy = voter.Person.Name,
            DecidedAt = now,
            OnBehalfOf = choice.OnBehalfOf,
            EscalatedRole = choice.EscalatedRole,
            Comment = Said(decision.Comment),
        };
        return (row, row.With(approval => StageSteps.Fill(approval with { Conditions = [.. approval.Conditions, .. decision.Conditions] }, row.Spec, filled, now)), choice);
    }

    // What is decided on is asked again: changed, it is voided; refused by policies, it waits.
    private async ValueTask<Result<ApprovalBasis>> LookAnewAsync(Actor actor, ApprovalRow row, CancellationToken cancel)
    {
        var approval = row.Approval;
        var asked = await grounds.GatherAsync(Actor.System(actor.Workspace, actor.WorkspaceName), approval.Model, approval.Version, approval.Environment, cancel);
        if (asked.Failed(out var gone, out var basis))
            return gone;
        if (Reason(approval, basis) is { } changed)
        {
            var voided = await ChangeAsync(actor, row.Id, async (session, held) => held.State == ApprovalRow.Pending
                ? await ending.EndAsync(session, actor, held, ApprovalRow.Voided, changed, stopsTraffic: false)
                : Seating.Ended(held), cancel);
            return voided.Failure ?? Failure.Conflict("governance.approval_voided", $"Approval {row.Id} is void: {changed} Ask for a new one.");
        }

        return approval.Kind != ApprovalToken.Waiver && basis.Policy.Blocked.Count > 0 ? ApprovalRequests.Blocked(basis) : basis;
    }

    private static string? Reason(Approval approval, ApprovalBasis basis)
    {
        var changed = ApprovalGrounds.Changed(approval.Pins, basis.Pinned.Pins, ApprovalGrounds.OfRecords.Append(ApprovalGrounds.Policy).ToHashSet(StringComparer.Ordinal));
        if (changed.Count > 0)
            return $"{string.Join(", ", changed)} {(changed.Count == 1 ? "is" : "are")} not what was asked about.";
        return TierOrder.Rank(basis.Risk.Tier) > TierOrder.Rank(approval.Tier) ? $"The risk has risen from {approval.Tier} to {basis.Risk.Tier}." : null;
    }

    private async ValueTask<Result<ApprovalRow>> ChangeAsync(Actor actor, string id, Func<DbSession, ApprovalRow, ValueTask<Result<ApprovalRow>>> change, CancellationToken cancel) =>
        await db.WriteAsync<ApprovalRow>(
            async session => await ApprovalStore.LockAsync(session, actor.Workspace, id) is { } row && ApprovalGrounds.IsSeen(actor, row.ModelId) ? await change(session, row) : Approvals.NotFound(id), cancel);

    private Failure? Problem(DecideApproval decision)
    {
        const string code = "governance.invalid_decision";
        if (decision.Decision is not (StageSteps.Approve or StageSteps.Reject))
            return Failure.Invalid(code, $"'decision' is '{(decision.Decision.Length > 40 ? decision.Decision[..40] : decision.Decision)}'; it must be approve or reject.");
        if (decision.Comment?.Length > LongestText)
            return Failure.Invalid(code, $"'comment' has {decision.Comment.Length} characters; it may have {LongestText}.");
        if (decision.Decision == StageSteps.Reject && Said(decision.Comment) is null)
            return Failure.Invalid(code, "'comment' says why it is rejected.");
        if (decision.Decision == StageSteps.Reject && decision.Conditions.Count > 0)
            return Failure.Invalid(code, "'conditions' come with an approval; a rejection has none.");
        if (decision.Conditions.Count > MostConditions)
            return Failure.Invalid(code, $"'conditions' has {decision.Conditions.Count} entries; it may have {MostConditions}.");
        var now = time.GetUtcNow();
        return decision.Conditions.Any(one => string.IsNullOrWhiteSpace(one.Text) || one.Text.Length > 2000 || one.Owner.Length is 0 or > 200 || one.DueAt <= now)
            ? Failure.Invalid(code, "Each of 'conditions' has a 'text' of 1 to 2,000 characters, an 'owner', and a 'due_at' to come.")
            : null;
    }

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim() is var said && said.Length > LongestText ? said[..LongestText] : said;

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
