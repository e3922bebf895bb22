using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Asking for approvals, deciding on them, and knowing which stand. Thread-safe.</summary>
public sealed class Approvals
{
    private const int MostScanned = 1000;
    private readonly Db _db;
    private readonly ApprovalRequests _requests;
    private readonly ApprovalDecisions _decisions;
    private readonly ApprovalRecords _records;
    private readonly ServingOptions _serving;
    private readonly TimeProvider _time;

    internal Approvals(
        Db db, ApprovalRequests requests, ApprovalDecisions decisions, ApprovalRecords records, ServingOptions serving, TimeProvider time) =>
        (_db, _requests, _decisions, _records, _serving, _time) = (db, requests, decisions, records, serving, time);

    /// <summary>
    /// Asks that a version may get the traffic of an environment. The same again answers the approval that is pending or stands. It is given at once where the workflow
    /// allows it, the risk is low, nothing asks for people, and every check holds.
    /// </summary>
    /// <returns>
    /// The approval; <c>governance.invalid_approval</c>, <c>governance.unknown_environment</c>, <c>governance.no_workflow</c>, <c>governance.policy_blocked</c>,
    /// <c>governance.prohibited_use</c>, <c>governance.no_waiver</c>, <c>governance.waiver_unreviewed</c>, and what the registry, the assessment of risk and the checks refuse.
    /// </returns>
    public ValueTask<Result<Approval>> RequestAsync(Actor actor, RequestApproval asked, CancellationToken cancel) => ShownAsync(_requests.RequestAsync(actor, asked, cancel));

    /// <summary>An approval by id; <c>governance.approval_not_found</c>.</summary>
    public async ValueTask<Result<Approval>> GetAsync(Actor actor, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return await _db.ReadAsync(session => ApprovalStore.FindAsync(session, actor.Workspace, id), cancel) is { } row && ApprovalGrounds.IsSeen(actor, row.ModelId)
            ? Shown(row)
            : NotFound(id);
    }

    /// <summary>One page, newest first; <c>governance.invalid_state</c>, <c>governance.invalid_limit</c>, <c>governance.invalid_page_token</c>.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="state">Only of this state; null for all.</param>
    /// <param name="model">Only of this model; null for all.</param>
    /// <param name="mine">Only those that the actor can decide on now.</param>
    /// <param name="limit">Length of the page.</param>
    /// <param name="token">Of the page before.</param>
    /// <param name="cancel">Stops.</param>
    public async ValueTask<Result<ApprovalPage>> ListAsync(Actor actor, string? state, string? model, bool mine, int? limit, string? token, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (Listings.LimitProblem(limit, "governance") is { } wrong)
            return wrong;
        if (state is not null && !ApprovalRow.States.Contains(state))
            return Failure.Invalid("governance.invalid_state", $"'{(state.Length > 40 ? state[..40] : state)}' is no state of approvals: {string.Join(", ", ApprovalRow.States)}.");
        if (Listings.After(token, "governance.invalid_page_token").Failed(out var notOurs, out var before))
            return notOurs;
        var size = limit ?? Listings.DefaultLimit;
        var from = before.Length == 0 ? "~" : before;
        var filter = new ApprovalFilter(mine ? ApprovalRow.Pending : state, model, null);
        if (mine)
            return await MineAsync(actor, filter, from, size, cancel);
        var found = await _db.ReadAsync(session => ApprovalStore.ListAsync(session, actor.Workspace, filter, actor.Limits?.Ids, from, size + 1), cancel);
        var page = Listings.Cut(found, size, static row => PageToken.Encode(row.Id));
        return new ApprovalPage { Approvals = [.. page.Items.Select(Listed)], NextPageToken = page.NextToken };
    }

    /// <summary>
    /// Whether a version may get an environment's traffic now: the approval that stands, or why none does. It is looked whether what it pins has changed; then it is voided.
    /// What the registry refuses.
    /// </summary>
    public async ValueTask<Result<StandingApproval>> StandingAsync(Actor actor, string environment, string model, string version, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var governed = _serving.IsGoverned(environment);
        if ((await _requests.SeenAsync(actor, model, version, cancel)).Failed(out var unknown, out var name))
            return unknown;
        if ((await _records.FindAsync(actor.Workspace, environment, name, version, cancel)).Failed(out var unsure, out var standing))
            return unsure;
        if (standing is not null && standing.Approval.UseBy > _time.GetUtcNow())
            return new StandingApproval { IsGoverned = governed, Approval = Shown(standing) };
        var newest = await _db.ReadAsync(session => ApprovalStore.OfVersionAsync(session, actor.Workspace, environment, name, version, null, 1), cancel);
        return new StandingApproval { IsGoverned = governed, Reason = Why(newest.FirstOrDefault()) };
    }

    /// <summary>Decides in one seat; <c>governance.approval_not_found</c>, <c>governance.invalid_decision</c>, <c>governance.approval_voided</c>, <c>governance.policy_blocked</c>, and what <see cref="Seating"/> refuses.</summary>
    public ValueTask<Result<Approval>> DecideAsync(Actor actor, string id, DecideApproval decision, CancellationToken cancel) => ShownAsync(_decisions.DecideAsync(actor, id, decision, cancel));

    /// <summary>Takes a request back that nobody has decided on yet; who asked may. <c>governance.approval_not_found</c>, <c>governance.approval_ended</c>, <c>governance.not_requester</c>.</summary>
    public ValueTask<Result<Approval>> WithdrawAsync(Actor actor, string id, string? reason, CancellationToken cancel) => ShownAsync(_decisions.WithdrawAsync(actor, id, reason, cancel));

    /// <summary>Ends an approval that stands, and the traffic under it; <c>governance.approval_not_found</c>, <c>governance.approval_ended</c>, <c>governance.reason_missing</c>.</summary>
    public ValueTask<Result<Approval>> RevokeAsync(Actor actor, string id, string reason, CancellationToken cancel) => ShownAsync(_decisions.RevokeAsync(actor, id, reason, cancel));

    /// <summary>Says something about an approval; <c>governance.approval_not_found</c>, <c>governance.invalid_comment</c>.</summary>
    public ValueTask<Result<Approval>> CommentAsync(Actor actor, string id, string text, CancellationToken cancel) => ShownAsync(_decisions.CommentAsync(actor, id, text, cancel));

    internal const string NotFoundCode = "governance.approval_not_found";

    internal static Failure NotFound(string id) => Failure.NotFound(NotFoundCode, $"There is no approval {(id.Length > 80 ? id[..80] : id)} in this workspace.");

    // As it is now; what is due is told by the clock.
    internal Approval Shown(ApprovalRow row)
    {
        var now = _time.GetUtcNow();
        return row.Approval with { Stages = [.. row.Approval.Stages.Select(stage => stage with { IsOverdue = stage.State == StageSteps.Open && stage.DueAt < now })] };
    }

    private Approval Listed(ApprovalRow row) => Shown(row) with { Token = null };

    private async ValueTask<Result<Approval>> ShownAsync(ValueTask<Result<ApprovalRow>> changed) => (await changed).Failed(out var failure, out var row) ? failure : Shown(row);

    // What somebody can decide on is found by looking at what is pending.
    private async ValueTask<Result<ApprovalPage>> MineAsync(Actor actor, ApprovalFilter filter, string before, int size, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        return await _db.ReadAsync<Result<ApprovalPage>>(async session =>
        {
            var pending = await ApprovalStore.ListAsync(session, actor.Workspace, filter, actor.Limits?.Ids, before, MostScanned);
            if (pending.Count == 0)
                return new ApprovalPage();
            if ((await Voters.ReadAsync(session, actor, now)).Failed(out var nobody, out var hands))
                return nobody;
            var taken = await ApprovalDecisionStore.ListAsync(session, actor.Workspace, [.. pending.Select(static row => row.Id)]);
            var voters = new Dictionary<string, Voter>(StringComparer.Ordinal);
            var found = new List<Approval>();
            foreach (var row in pending)
            {
                if (found.Count == size)
                    return new ApprovalPage { Approvals = found, NextPageToken = PageToken.Encode(found[^1].Id) };
                if (!voters.TryGetValue(row.ModelId, out var voter))
                    voters[row.ModelId] = voter = hands.On(row.ModelId);
                if (Seating.Choose(row, voter, [.. taken[row.Id]], null).Succeeded)
                    found.Add(Listed(row));
            }

            return new ApprovalPage { Approvals = found, NextPageToken = pending.Count == MostScanned ? PageToken.Encode(pending[^1].Id) : null };
        }, cancel);
    }

    private string Why(ApprovalRow? newest) => newest?.State switch
    {
        null => "Nobody has asked for approval yet: mlops approvals request MODEL VERSION --environment ENVIRONMENT --justification WHY.",
        ApprovalRow.Pending => $"Approval {newest.Id} waits for {string.Join(", ", StageSteps.Current(newest.Approval)!.Seats.Where(static seat => seat.Decision is null).Select(static seat => seat.Role).Distinct())}.",
        ApprovalRow.Approved when newest.Approval.NotAfter <= _time.GetUtcNow() => $"The waiver {newest.Id} has ended.",
        ApprovalRow.Approved => $"Approval {newest.Id} was to be used by {newest.Approval.UseBy:yyyy-MM-dd HH:mm} UTC; ask again.",
        ApprovalRow.Rejected => $"Approval {newest.Id} was rejected{(Rejection(newest.Approval) is { } said ? $": {said}" : "")}.",
        _ => $"Approval {newest.Id} is {newest.State}: {newest.Approval.Ended?.Reason}",
    };

    private static string? Rejection(Approval approval) =>
        approval.Stages.SelectMany(static stage => stage.Seats).FirstOrDefault(static seat => seat.Decision == StageSteps.Reject)?.Comment;
}
