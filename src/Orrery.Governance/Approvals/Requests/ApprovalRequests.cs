using System.Globalization;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Registry;
using Orrery.Serving;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Governance;

/// <summary>Takes requests for approval, and gives what needs nobody.</summary>
internal sealed class ApprovalRequests(
    Db db, ModelVersions versions, Workflows workflows, ApprovalGrounds grounds, ApprovalTokens tokens, ApprovalEnding ending, ApprovalTrail trail, ApprovalEnds ends, ServingOptions serving, TimeProvider time)
{
    private const string Invalid = "governance.invalid_approval";
    private const int Longest = 4000;

    /// <summary>Asks; see <see cref="Approvals.RequestAsync"/>.</summary>
    public async ValueTask<Result<ApprovalRow>> RequestAsync(Actor actor, RequestApproval asked, CancellationToken cancel)
    {
        if (Problem(asked) is { } wrong)
            return wrong;
        if ((await grounds.GatherAsync(actor, asked.Model, asked.Version, asked.Environment, cancel)).Failed(out var ungrounded, out var basis))
            return ungrounded;
        if (Refusal(basis, asked.Emergency) is { } refused)
            return refused;
        var model = basis.Pinned.Version.Name;
        if ((await workflows.ChooseAsync(actor, basis.Risk.Tier, model, asked.Environment, cancel)).Failed(out var none, out var workflow))
            return none;
        if (asked.Emergency && WaiverProblem(workflow.Spec!, asked.Hours) is { } unwaived)
            return unwaived;
        var row = New(actor, asked, basis, workflow, await db.ReadAsync(session => RoleHolders.BehindAsync(session, actor.Origin), cancel));
        var automatic = !asked.Emergency && workflow.Spec!.Automatic && basis.NeedsNobody;
        var written = automatic ? await GiveAsync(actor, row, cancel) : await AskAsync(actor, row, cancel);
        await ends.RefreshAsync(cancel);
        return written;
    }

    /// <summary>The name of a model that the actor may see and that has the version; what the registry refuses.</summary>
    public async ValueTask<Result<string>> SeenAsync(Actor actor, string model, string version, CancellationToken cancel) =>
        (await versions.GetAsync(actor, model, version, cancel)).Then(found => ApprovalGrounds.IsSeen(actor, found.ModelId) ? found.Name : (Result<string>)RegisteredModels.NotFound(model));

    /// <summary>Gives an approval that nobody needs to decide on, or that was there before.</summary>
    public async ValueTask<Result<ApprovalRow>> GiveAsync(Actor actor, ApprovalRow row, CancellationToken cancel)
    {
        var kind = row.Approval.Kind == ApprovalToken.Inherited ? ApprovalToken.Inherited : ApprovalToken.Automatic;
        var now = Now();
        // One that is pending with the same pins is given, under its own id; that is known only in the transaction.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var before = await db.ReadAsync(session => SameAsync(session, row), cancel);
            if (before is { State: ApprovalRow.Approved })
                return before;
            var given = before is null ? row : before.With(approval => approval with { Checks = row.Approval.Checks, Warnings = row.Approval.Warnings });
            given = given.With(approval => approval with { Kind = kind, State = ApprovalRow.Approved, ExpiresAt = null, Stages = StageSteps.SkippedOf(approval.Stages) });
            ApprovalRow? result = null;
            var signed = await tokens.SignAsync(ApprovalTokens.Of(given, kind, now), async (session, token) =>
            {
                var held = await HeldAsync(session, actor, row);
                if (held?.Id != before?.Id || held?.State != before?.State)
                    return Raced;
                result = Approved(given, token);
                await PutAsync(session, actor, result, isNew: before is null);
                return Done.Ok;
            }, cancel);
            if (signed.Failure is null)
                return result!;
            if (signed.Failure.Code != Raced.Code)
                return signed.Failure;
        }

        return Raced;
    }

    /// <summary>The approval with its token.</summary>
    public static ApprovalRow Approved(ApprovalRow row, ApprovalToken token) => row.With(approval => approval with
    {
        Token = token.ToText(),
        ApprovedAt = DateTimeOffset.FromUnixTimeMilliseconds(token.At),
        UseBy = DateTimeOffset.FromUnixTimeMilliseconds(token.UseBy),
        NotAfter = token.NotAfter is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
    });

    /// <summary>A row for what was there before approvals were asked for.</summary>
    public ApprovalRow Inherited(Actor actor, string environment, PinnedVersion pinned, ApprovalRisk risk, ApprovalWorkflow workflow) => Build(
        actor,
        [],
        new() { Model = pinned.Version.Name, Version = pinned.Number, Environment = environment, Justification = "It was deployed before approvals were asked for." },
        pinned, risk, workflow, ApprovalToken.Inherited, [], []);

    internal static Failure Raced { get; } = Failure.Conflict("governance.approval_raced", "The approval changed while it was decided on; try again.");

    /// <summary>Why the facts allow no approval: what the law prohibits for nobody, what policies refuse for waivers alone; null when they allow it.</summary>
    internal static Failure? Refusal(ApprovalBasis basis, bool isWaiver)
    {
        if (basis.Checks.FirstOrDefault(static check => check is { Name: AutomaticChecks.ProhibitedUse, Passed: false }) is { } prohibited)
            return Failure.Conflict(AutomaticChecks.ProhibitedUse, $"{basis.Pinned.Version.Name} may not be approved: {prohibited.Reason}");
        return isWaiver || basis.Policy.Blocked.Count == 0
            ? null
            : Failure.Conflict("governance.policy_blocked", $"Policies refuse version {basis.Pinned.Number} of {basis.Pinned.Version.Name}: {string.Join("; ", basis.Policy.Blocked)}");
    }

    private async ValueTask<Result<ApprovalRow>> AskAsync(Actor actor, ApprovalRow row, CancellationToken cancel) => await db.WriteAsync<ApprovalRow>(async session =>
    {
        if (await HeldAsync(session, actor, row) is { } same)
            return await JoinAsync(session, actor, same, row.Requesters);
        if (row.Lane == ApprovalSlot.Waivers && await ReviewStore.OpenWaiverAsync(session, row.Slot) is { } review)
            return Unreviewed(row, review);
        await ApprovalStore.InsertAsync(session, row);
        await ApprovalStore.SetSlotAsync(session, row.Slot, row.Id);
        await trail.WriteAsync(session, actor, "approval.request", row, ("tier", row.Approval.Tier), ("workflow", row.Approval.Workflow!.Name));
        trail.Tell(session, actor, ApprovalTrail.Requested, row);
        return row;
    }, cancel);

    // Who asks for what is pending has asked for it too, and does not decide on it. A decision that was made before stays.
    private async ValueTask<ApprovalRow> JoinAsync(DbSession session, Actor actor, ApprovalRow there, IReadOnlyList<string> requesters)
    {
        if (there.State != ApprovalRow.Pending || requesters.All(there.Requesters.Contains))
            return there;
        var seated = await ApprovalDecisionStore.ListAsync(session, there.Workspace, there.Id);
        var more = requesters.Where(id => !there.Requesters.Contains(id) && !seated.Exists(one => one.PrincipalId == id || one.VoiceId == id)).ToList();
        if (more.Count == 0)
            return there;
        var joined = there with { Requesters = [.. there.Requesters, .. more] };
        await ApprovalStore.UpdateAsync(session, joined);
        await trail.WriteAsync(session, actor, "approval.join", joined);
        return joined;
    }

    private async ValueTask PutAsync(DbSession session, Actor actor, ApprovalRow row, bool isNew)
    {
        if (isNew)
            await ApprovalStore.InsertAsync(session, row);
        else
            await ApprovalStore.UpdateAsync(session, row);
        await ApprovalStore.SetSlotAsync(session, row.Slot, row.Id);
        await ReviewPlan.WriteAsync(session, row, Now());
        await trail.WriteAsync(session, actor, row.Approval.Kind == ApprovalToken.Inherited ? "approval.inherit" : "approval.approve", row, ("tier", row.Approval.Tier), ("workflow", row.Approval.Workflow!.Name));
        trail.Tell(session, actor, ApprovalTrail.Decided, row);
    }

    // Holds the place; what is there of the same pins stays and is answered, anything else that is open there ends.
    private async ValueTask<ApprovalRow?> HeldAsync(DbSession session, Actor actor, ApprovalRow row)
    {
        var id = await ApprovalStore.LockSlotAsync(session, row.Slot);
        if (id.Length == 0 || await ApprovalStore.LockAsync(session, row.Workspace, id) is not { State: ApprovalRow.Pending or ApprovalRow.Approved } there)
            return null;
        if (IsSame(there, row))
            return there;
        var changed = Changed(there, row);
        // One that cannot be used any more stands for what is deployed under it.
        if (there.State == ApprovalRow.Approved && changed.Count == 0 && !IsUsable(there))
            return null;
        await ending.EndAsync(session, actor, there, ApprovalRow.Voided, $"It was asked for anew, and {(changed.Count == 0 ? "the risk or its triggers are others" : $"these have changed: {string.Join(", ", changed)}")}.", stopsTraffic: false);
        return null;
    }

    private async ValueTask<ApprovalRow?> SameAsync(DbSession session, ApprovalRow row)
    {
        var id = await ApprovalStore.FindSlotAsync(session, row.Slot);
        return id.Length > 0 && await ApprovalStore.FindAsync(session, row.Workspace, id) is { State: ApprovalRow.Pending or ApprovalRow.Approved } there && IsSame(there, row) ? there : null;
    }

    private bool IsSame(ApprovalRow there, ApprovalRow row) => Changed(there, row).Count == 0
        && TierOrder.Rank(row.Approval.Tier) <= TierOrder.Rank(there.Approval.Tier)
        && row.Approval.Triggers.All(trigger => there.Approval.Triggers.Any(before => before.Name == trigger.Name))
        && (there.State == ApprovalRow.Pending ? there.Approval.ExpiresAt > time.GetUtcNow() : IsUsable(there));

    private bool IsUsable(ApprovalRow row) => row.Approval.UseBy > time.GetUtcNow() && (row.Approval.NotAfter is not { } end || end > time.GetUtcNow());

    private static readonly IReadOnlySet<string> WithPolicy = ApprovalGrounds.OfRecords.Append(ApprovalGrounds.Policy).Append(ApprovalGrounds.Remote).ToHashSet(StringComparer.Ordinal);

    private static IReadOnlyList<string> Changed(ApprovalRow there, ApprovalRow row) => ApprovalGrounds.Changed(there.Approval.Pins, row.Approval.Pins, WithPolicy);

    private ApprovalRow New(Actor actor, RequestApproval asked, ApprovalBasis basis, ApprovalWorkflow workflow, IReadOnlyList<string> requesters) => Build(
        actor, requesters, asked, basis.Pinned, new(basis.Risk.Tier, basis.Risk.Score, basis.Risk.Triggers), workflow, asked.Emergency ? ApprovalToken.Waiver : ApprovalToken.Approved, basis.Checks,
        asked.Emergency ? [.. basis.Policy.Blocked.Select(static rule => $"refused: {rule}"), .. basis.Policy.Warnings] : basis.Policy.Warnings);

    private ApprovalRow Build(
        Actor actor, IReadOnlyList<string> requesters, RequestApproval asked, PinnedVersion pinned, ApprovalRisk risk, ApprovalWorkflow workflow, string kind, IReadOnlyList<AutomaticCheck> checks,
        IReadOnlyList<string> warnings)
    {
        var (now, spec) = (Now(), workflow.Spec!);
        return new()
        {
            Workspace = actor.Workspace,
            ModelId = pinned.Version.ModelId,
            Requesters = requesters,
            Authors = pinned.Authors,
            Spec = spec,
            CheckedAt = now.ToUnixTimeMilliseconds(),
            Approval = new()
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                Model = pinned.Version.Name,
                Version = pinned.Number,
                Environment = asked.Environment,
                State = ApprovalRow.Pending,
                Kind = kind,
                Tier = risk.Tier,
                Score = risk.Score,
                Triggers = risk.Triggers,
                Checks = checks,
                Warnings = warnings,
                Pins = asked.Remote is { } elsewhere ? new Dictionary<string, string>(pinned.Pins) { [ApprovalGrounds.Remote] = elsewhere.Sha256() } : pinned.Pins,
                Remote = asked.Remote,
                EvaluationId = pinned.EvaluationId,
                Workflow = new() { Name = workflow.Name, Version = workflow.Version, Sha256 = workflow.Sha256 },
                Stages = kind == ApprovalToken.Waiver ? StageSteps.OfWaiver(spec.Waiver!, now) : StageSteps.Of(spec, now),
                RequestedBy = actor.Name,
                RequestedAt = now,
                Justification = asked.Justification.Trim(),
                DeliveryId = asked.DeliveryId,
                WaiverHours = kind == ApprovalToken.Waiver ? asked.Hours ?? spec.Waiver!.DefaultHours : null,
                ExpiresAt = now.AddHours(spec.ExpiresHours),
            },
        };
    }

    private Failure? Problem(RequestApproval asked)
    {
        if (asked.Model.Length == 0 || asked.Version.Length == 0)
            return Failure.Invalid(Invalid, "'model' and 'version' name the version that is to be approved.");
        if (!serving.Environments.Contains(asked.Environment))
            return Failure.Invalid("governance.unknown_environment", $"There is no environment '{(asked.Environment.Length > 80 ? asked.Environment[..80] : asked.Environment)}'; there are {string.Join(", ", serving.Environments)}.");
        if (string.IsNullOrWhiteSpace(asked.Justification) || asked.Justification.Length > Longest)
            return Failure.Invalid(Invalid, $"'justification' says why, in 1 to {Longest} characters; it has {asked.Justification.Length}.");
        if (asked.DeliveryId?.Length > 200)
            return Failure.Invalid(Invalid, "'delivery_id' may have 200 characters.");
        return asked is { Hours: not null, Emergency: false } ? Failure.Invalid(Invalid, "'hours' is of emergency waivers; others have no end.") : null;
    }

    private static Failure? WaiverProblem(ApprovalWorkflowSpec spec, int? hours)
    {
        if (spec.Waiver is not { } waiver)
            return Failure.Conflict("governance.no_waiver", $"The workflow {spec.Name} allows no emergency waivers.");
        return hours is { } asked && (asked < 1 || asked > waiver.MaxHours)
            ? Failure.Invalid(Invalid, string.Create(CultureInfo.InvariantCulture, $"'hours' is {asked}; the workflow {spec.Name} allows 1 to {waiver.MaxHours}."))
            : null;
    }

    // One after the other they would be a way past the workflow.
    private static Failure Unreviewed(ApprovalRow row, string review) => Failure.Conflict(
        "governance.waiver_unreviewed",
        $"Version {row.Approval.Version} of {row.Approval.Model} had a waiver for {row.Approval.Environment} that was not looked at afterwards: review {review} is open. Have that completed first ('mlops approvals reviews'), or ask for an approval.");

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}

/// <summary>What an approval tells of risk.</summary>
/// <param name="Tier">low, medium, high.</param>
/// <param name="Score">0 to 50.</param>
/// <param name="Triggers">What asks for people.</param>
internal sealed record ApprovalRisk(string Tier, int Score, IReadOnlyList<RiskTrigger> Triggers);
