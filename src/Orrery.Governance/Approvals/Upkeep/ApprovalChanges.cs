using System.Text.Json;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>Voids approvals whose grounds have changed.</summary>
internal sealed class ApprovalChanges(Db db, ApprovalGrounds grounds, ApprovalEnding ending, ApprovalEnds ends, TimeProvider time)
{
    private const int Page = 200;

    /// <summary>Looks whether what an approval pins is still so, and voids it when not; the approval as it is then. What the registry refuses, but for versions that are gone.</summary>
    public async ValueTask<Result<ApprovalRow>> LookAsync(WorkspaceId workspace, string id, CancellationToken cancel)
    {
        var actor = Actor.System(workspace, "");
        if (await db.ReadAsync(session => ApprovalStore.FindAsync(session, workspace, id), cancel) is not { } row)
            return Approvals.NotFound(id);
        if (row.State is not (ApprovalRow.Pending or ApprovalRow.Approved))
            return row;
        var pinned = await grounds.PinAsync(actor, row.Approval.Model, row.Approval.Version, cancel);
        if (pinned.Failure is { Code: not ("registry.version_not_found" or "registry.model_not_found") } unsure)
            return unsure;
        var why = pinned.Failure is not null || pinned.Value.Version.ModelId != row.ModelId
            ? "The version is not there any more under this name."
            : Reason(ApprovalGrounds.Changed(row.Approval.Pins, pinned.Value.Pins, ApprovalGrounds.OfRecords));
        return why is null ? await CheckedAsync(row, cancel) : await VoidAsync(actor, row, why, stopsTraffic: false, cancel);
    }

    /// <summary>
    /// Voids what is pending or stands for a version whose risk has risen above what it was asked for: to a higher tier, or by something that asks for people and did not then.
    /// The traffic ends too.
    /// </summary>
    public async ValueTask RiskAsync(WorkspaceId workspace, RaisedRisk raised, CancellationToken cancel)
    {
        var found = await db.ReadAsync(session => ApprovalStore.OfVersionAsync(session, workspace, raised.Environment ?? "", raised.Model ?? "", raised.Version ?? "", null, Page), cancel);
        foreach (var row in found.Where(row => row.State is ApprovalRow.Pending or ApprovalRow.Approved && IsAbove(raised, row.Approval)))
            await VoidAsync(Actor.System(workspace, ""), row, RiskReason(raised), stopsTraffic: true, cancel);
    }

    /// <summary>Voids what is pending or stands under other policies than are in force now; what answers goes on.</summary>
    public async ValueTask PoliciesAsync(WorkspaceId workspace, string sha256, CancellationToken cancel)
    {
        foreach (var state in (string[])[ApprovalRow.Pending, ApprovalRow.Approved])
        {
            for (var before = "~"; ;)
            {
                var from = before;
                var rows = await db.ReadAsync(session => ApprovalStore.ListAsync(session, workspace, new(state, null, null), null, from, Page), cancel);
                foreach (var row in rows.Where(row => (row.Approval.Pins.GetValueOrDefault(ApprovalGrounds.Policy) ?? "") != sha256))
                    await VoidAsync(Actor.System(workspace, ""), row, "The policies have changed.", stopsTraffic: false, cancel);
                if (rows.Count < Page)
                    break;
                before = rows[^1].Id;
            }
        }
    }

    /// <summary>Looks at approvals of all workspaces that were not looked at since a time.</summary>
    /// <returns>Those that could not be looked at, and why.</returns>
    public async ValueTask<IReadOnlyList<(string Id, Failure Why)>> SweepAsync(DateTimeOffset since, int most, CancellationToken cancel)
    {
        var failed = new List<(string, Failure)>();
        foreach (var (workspace, id) in await db.ReadAsync(session => ApprovalStore.UncheckedAsync(session, since.ToUnixTimeMilliseconds(), most), cancel))
        {
            if ((await LookAsync(workspace, id, cancel)).Failure is not { } unsure)
                continue;
            failed.Add((id, unsure));
            // The others come first the next time.
            await db.WriteAsync<Done>(async session => { await ApprovalStore.CheckedAsync(session, workspace, id, Now()); return Done.Ok; }, cancel);
        }

        return failed;
    }

    private async ValueTask<Result<ApprovalRow>> CheckedAsync(ApprovalRow row, CancellationToken cancel) => await db.WriteAsync<ApprovalRow>(async session =>
    {
        await ApprovalStore.CheckedAsync(session, row.Workspace, row.Id, Now());
        return row;
    }, cancel);

    private async ValueTask<Result<ApprovalRow>> VoidAsync(Actor actor, ApprovalRow row, string why, bool stopsTraffic, CancellationToken cancel)
    {
        var voided = await db.WriteAsync<ApprovalRow>(async session =>
        {
            if (await ApprovalStore.LockAsync(session, row.Workspace, row.Id) is not { } held)
                return Approvals.NotFound(row.Id);
            return held.State is ApprovalRow.Pending or ApprovalRow.Approved ? await ending.EndAsync(session, actor, held, ApprovalRow.Voided, why, stopsTraffic) : held;
        }, cancel);
        await ends.RefreshAsync(cancel);
        return voided;
    }

    private static string? Reason(IReadOnlyList<string> changed) => changed.Count == 0 ? null : string.Join(" ", changed.Select(static name => name switch
    {
        ApprovalGrounds.Model => "The files of the version are not those that were approved.",
        "evaluation" => "There is a newer evaluation with another result.",
        "card" => "There is a newer snapshot of the card with another content.",
        "training_set" => "The run names other training data.",
        _ => $"{name} has changed.",
    }));

    // What it rose from is of the assessment before, which need not be the one that was decided on.
    private static bool IsAbove(RaisedRisk raised, Approval approval) =>
        (raised.To is { } tier && TierOrder.Rank(tier) > TierOrder.Rank(approval.Tier))
        || raised.Triggers?.Any(name => !approval.Triggers.Any(trigger => trigger.Name == name)) == true;

    private static string RiskReason(RaisedRisk raised) =>
        $"The risk has risen{(raised.From is null ? "" : $" from {raised.From}")}{(raised.To is null ? "" : $" to {raised.To}")}{(raised.Triggers is { Count: > 0 } triggers ? $", by {string.Join(", ", triggers)}" : "")}.";

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Hears of risen risks and of other policies.</summary>
internal sealed class ApprovalChangeEvents(ApprovalChanges changes) : IEventHandler
{
    private const string Risk = "risk.raised";
    private const string Policies = "policies.changed";

    public string Name => "governance.approvals";

    public IReadOnlySet<string> Events { get; } = new HashSet<string> { Risk, Policies };

    public async Task<Result<Done>> HandleAsync(OutboxEvent e, CancellationToken cancel)
    {
        // Voiding what is void changes nothing, so that an event may come twice.
        if (e.Name == Risk && JsonSerializer.Deserialize(e.Payload, ApprovalJson.Default.RaisedRisk) is { } raised)
            await changes.RiskAsync(e.Actor.Workspace, raised, cancel);
        if (e.Name == Policies && JsonSerializer.Deserialize(e.Payload, ApprovalJson.Default.ChangedPolicies) is { Sha256: { } sha256 })
            await changes.PoliciesAsync(e.Actor.Workspace, sha256, cancel);
        return Done.Ok;
    }
}
