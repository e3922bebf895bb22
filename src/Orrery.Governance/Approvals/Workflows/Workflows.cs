using System.Globalization;
using Orrery.Audit;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The workflows of a workspace: those that are built in, and its own, of which every version is kept.</summary>
internal sealed class Workflows(Db db, AuditLog audit, TimeProvider time)
{
    /// <summary>The newest of each name.</summary>
    public async ValueTask<ApprovalWorkflowList> ListAsync(Actor actor, CancellationToken cancel) => new() { Workflows = await AllAsync(actor, cancel) };

    /// <summary>The versions of one name, newest first; <c>governance.workflow_not_found</c>.</summary>
    public async ValueTask<Result<ApprovalWorkflowList>> VersionsAsync(Actor actor, string name, CancellationToken cancel)
    {
        var own = await db.ReadAsync(session => WorkflowStore.VersionsAsync(session, actor.Workspace, name), cancel);
        var builtIn = BuiltInWorkflows.All.GetValueOrDefault(name);
        var all = own.Select((one, index) => one.Workflow with { InForce = index == 0 && !one.IsRemoved && one.Workflow.Spec!.Tiers.Count > 0 }).ToList();
        if (builtIn is not null)
            all.Add(builtIn with { InForce = builtIn.InForce && (own.Count == 0 || own[0].IsRemoved) });
        return all.Count == 0 ? NotFound(name) : new ApprovalWorkflowList { Workflows = all };
    }

    /// <summary>One as it is now, or as it was; <c>governance.workflow_not_found</c>.</summary>
    public async ValueTask<Result<ApprovalWorkflow>> GetAsync(Actor actor, string name, int? version, CancellationToken cancel)
    {
        if (version is null)
            return (await AllAsync(actor, cancel)).FirstOrDefault(one => one.Name == name) is { } newest ? newest : NotFound(name);
        if ((await VersionsAsync(actor, name, cancel)).Failed(out var unknown, out var all))
            return unknown;
        return all.Workflows.FirstOrDefault(one => one.Version == version) is { } found
            ? found
            : Failure.NotFound("governance.workflow_not_found", string.Create(CultureInfo.InvariantCulture, $"The workflow {name} has no version {version}."));
    }

    /// <summary>Sets one: a new version, unless it says what the newest says. <c>governance.invalid_workflow</c>, <c>governance.workflow_changed</c>.</summary>
    public async ValueTask<Result<ApprovalWorkflow>> SetAsync(Actor actor, string name, string yaml, CancellationToken cancel)
    {
        if (WorkflowYaml.Read(yaml).Failed(out var wrong, out var spec))
            return wrong;
        if (spec.Name != name)
            return Failure.Invalid("governance.invalid_workflow", $"The workflow is named '{spec.Name}', and was sent as '{name}'.");
        var sha256 = WorkflowYaml.Sha256(spec);
        return await db.WriteAsync<ApprovalWorkflow>(async session =>
        {
            var before = await WorkflowStore.VersionsAsync(session, actor.Workspace, name);
            if (before is [{ IsRemoved: false } last, ..] && last.Workflow.Sha256 == sha256)
                return last.Workflow with { InForce = spec.Tiers.Count > 0 };
            return await WriteAsync(session, actor, new() { Name = name, Version = Next(before), Sha256 = sha256, InForce = spec.Tiers.Count > 0, Spec = spec, Source = yaml }, isRemoved: false);
        }, cancel);
    }

    /// <summary>Takes a workspace's own away, so that a built-in one of its name counts again; <c>governance.workflow_not_found</c>, <c>governance.workflow_changed</c>.</summary>
    public async ValueTask<Result<Done>> RemoveAsync(Actor actor, string name, CancellationToken cancel) => await db.WriteAsync<Done>(async session =>
    {
        var before = await WorkflowStore.VersionsAsync(session, actor.Workspace, name);
        if (before is not [{ IsRemoved: false } last, ..])
            return NotFound(name);
        return (await WriteAsync(session, actor, last.Workflow with { Version = Next(before) }, isRemoved: true)).Failed(out var lost, out _) ? lost : Done.Ok;
    }, cancel);

    /// <summary>The workflow for a version; <c>governance.no_workflow</c>. One that names models comes before one that does not, the workspace's own before a built-in.</summary>
    public async ValueTask<Result<ApprovalWorkflow>> ChooseAsync(Actor actor, string tier, string model, string environment, CancellationToken cancel) =>
        (await AllAsync(actor, cancel)).Where(one => one.InForce && WorkflowRules.IsFor(one.Spec!, tier, model, environment))
            .OrderBy(static one => one.Spec!.Models.Count == 0).ThenBy(static one => one.Spec!.Environments.Count == 0).ThenBy(static one => one.Version == 0).ThenBy(static one => one.Name, StringComparer.Ordinal)
            .FirstOrDefault() is { } chosen
            ? chosen
            : Failure.Conflict("governance.no_workflow", $"No workflow of the workspace is for risk '{tier}' of {model} in {environment}. Set one: mlops workflow set FILE.");

    private async ValueTask<IReadOnlyList<ApprovalWorkflow>> AllAsync(Actor actor, CancellationToken cancel)
    {
        var own = await db.ReadAsync(session => WorkflowStore.NewestAsync(session, actor.Workspace), cancel);
        var all = BuiltInWorkflows.All.Values.ToDictionary(static one => one.Name, StringComparer.Ordinal);
        foreach (var (workflow, _) in own.Where(static one => !one.IsRemoved))
            all[workflow.Name] = workflow with { InForce = workflow.Spec!.Tiers.Count > 0 };
        return [.. all.Values.OrderBy(static one => one.Name, StringComparer.Ordinal)];
    }

    private async ValueTask<Result<ApprovalWorkflow>> WriteAsync(DbSession session, Actor actor, ApprovalWorkflow workflow, bool isRemoved)
    {
        var written = workflow with { SetBy = actor.Name, SetAt = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds()) };
        if (!await WorkflowStore.InsertAsync(session, actor.Workspace, written, isRemoved))
            return Failure.Conflict("governance.workflow_changed", $"Somebody else set the workflow {workflow.Name} at the same time. Look at it, and set it again.");
        await audit.AppendAsync(session, actor, new AuditRecord(isRemoved ? "approval.workflow.remove" : "approval.workflow.set", "approval-workflow", workflow.Name)
        {
            After = Convert.FromHexString(workflow.Sha256),
            Detail = string.Create(CultureInfo.InvariantCulture, $$"""{"version":{{workflow.Version}}}"""),
        });
        return written;
    }

    private static int Next(List<(ApprovalWorkflow Workflow, bool IsRemoved)> before) => before.Count == 0 ? 1 : before[0].Workflow.Version + 1;

    private static Failure NotFound(string name) => Failure.NotFound("governance.workflow_not_found", $"The workspace has no workflow '{(name.Length > 80 ? name[..80] : name)}' of its own, and none is built in.");
}
