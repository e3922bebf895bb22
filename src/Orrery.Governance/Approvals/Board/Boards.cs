using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Draws up what boards have before them, from what is pending.</summary>
internal sealed class Boards(Db db, Workflows workflows, Approvals approvals, TimeProvider time)
{
    private const string Default = "high-risk";
    private const int Most = 200;
    private const int Scanned = 1000;

    /// <summary>The agenda of a workflow's board; <c>governance.workflow_not_found</c>, <c>governance.no_board</c>.</summary>
    public async ValueTask<Result<BoardAgenda>> AgendaAsync(Actor actor, string? workflow, CancellationToken cancel)
    {
        if ((await workflows.GetAsync(actor, workflow ?? Default, null, cancel)).Failed(out var unknown, out var found))
            return unknown;
        if (found.Spec!.Board is not { } board)
            return Failure.Conflict("governance.no_board", $"The workflow {found.Name} has no board that meets.");
        var now = time.GetUtcNow();
        var (from, until) = BoardTimes.Next(board, now);
        var pending = await db.ReadAsync(session => ApprovalStore.ListAsync(session, actor.Workspace, new(ApprovalRow.Pending, null, null), actor.Limits?.Ids, "~", Scanned), cancel);
        var items = pending.Where(row => row.Approval.Workflow?.Name == found.Name && row.Approval.Kind == ApprovalToken.Approved)
            .Select(row => approvals.Shown(row) with { Token = null }).OrderBy(static one => StageSteps.Current(one)?.DueAt).ThenBy(static one => one.Id, StringComparer.Ordinal).ToList();
        var stage = found.Spec.Stages.First(one => one.Seats.Any(seat => seat.Role == board.Chair));
        return new BoardAgenda
        {
            Workflow = found.Name,
            From = from,
            Until = until,
            Chair = board.Chair,
            Roles = [.. stage.Seats.Select(static seat => seat.Role)],
            Quorum = WorkflowRules.Quorum(stage),
            Items = [.. items.Take(Most)],
            IsTruncated = items.Count > Most || pending.Count == Scanned,
            At = now,
        };
    }
}
