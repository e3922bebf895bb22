using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>Tries a target: its repository and its cluster are read, nothing is written.</summary>
internal sealed class TargetChecks(Targets targets, Db db, GitRepositories repositories, KubeClients clusters, TargetLook look, TargetOptions options)
{
    /// <summary>What holds, step by step; what fails is in the answer.</summary>
    public async ValueTask<Result<TargetCheck>> TryAsync(Actor actor, string environment, CancellationToken cancel)
    {
        if ((await targets.GetAsync(actor, environment, cancel)).Failed(out var unknown, out var target))
            return unknown;
        var steps = new List<TargetCheckStep>();
        if (target.Settings is not { } settings)
            return new TargetCheck { Ok = true, Steps = [new() { Name = "settings", Ok = true, Message = "Versions are brought to this server." }] };
        var problem = TargetRules.Problem(target.Kind, settings, options, target.Governed);
        steps.Add(new() { Name = "settings", Ok = problem is null, Message = problem?.Message ?? $"Namespace {settings.Namespace}, mode {settings.Mode}." });
        if (problem is null && settings.Git is { } git)
            await RepositoryAsync(actor, environment, settings, git, steps, cancel);
        if (problem is null && settings.Kubernetes is not null)
            await ClusterAsync(actor, environment, settings, steps, cancel);
        return new TargetCheck { Ok = steps.TrueForAll(static step => step.Ok), Steps = steps };
    }

    /// <summary>What was seen last of a target; looked at now when asked for.</summary>
    public async ValueTask<Result<TargetDrift>> DriftAsync(Actor actor, string environment, bool now, CancellationToken cancel)
    {
        if ((await targets.GetAsync(actor, environment, cancel)).Failed(out var unknown, out var target))
            return unknown;
        if (target.Kind == TargetRow.Local)
            return new TargetDrift { Environment = environment, State = "in_sync" };
        if (now)
            return await LookAsync(actor, environment, cancel);
        return await db.ReadAsync<Result<TargetDrift>>(async session => await SyncStore.FindAsync(session, actor.Workspace, environment) is { } seen
            ? seen with { Violations = await SyncStore.ViolationsAsync(session, actor.Workspace, environment) }
            : new TargetDrift { Environment = environment, State = "unknown", Problem = "It was not looked at yet." }, cancel);
    }

    private async ValueTask<Result<TargetDrift>> LookAsync(Actor actor, string environment, CancellationToken cancel) =>
        await db.ReadAsync(session => TargetStore.FindAsync(session, actor.Workspace, environment), cancel) is { } row
            ? await look.RunAsync(actor with { Limits = null }, row, cancel)
            : Failure.NotFound("delivery.target_not_found", $"No target is set for {environment}.");

    private async ValueTask RepositoryAsync(Actor actor, string environment, KserveSettings settings, GitSettings git, List<TargetCheckStep> steps, CancellationToken cancel)
    {
        var read = await repositories.UseAsync<string?>(actor, environment, settings, repository => repository.FetchAsync(git.Branch, cancel), cancel);
        if (read.Failed(out var away, out var head))
        {
            steps.Add(new() { Name = "repository", Message = away.Message });
            return;
        }

        steps.Add(new() { Name = "repository", Ok = true, Message = "It can be read." });
        steps.Add(new() { Name = "branch", Ok = true, Message = head is null ? $"There is no branch {git.Branch} yet; the first delivery makes it." : $"{git.Branch} is at {head}." });
    }

    private async ValueTask ClusterAsync(Actor actor, string environment, KserveSettings settings, List<TargetCheckStep> steps, CancellationToken cancel)
    {
        if ((await clusters.OfAsync(actor, environment, settings, cancel)).Failed(out var wrong, out var client) || (await client.DiscoverAsync(cancel)).Failed(out wrong, out _))
        {
            steps.Add(new() { Name = "cluster", Message = wrong.Message });
            return;
        }

        steps.Add(new() { Name = "cluster", Ok = true, Message = "Its API answers, and knows InferenceServices." });
        var read = await client.FindAsync(settings.Namespace, "orrery-check", cancel);
        steps.Add(new() { Name = "custom_resource", Ok = read.Succeeded, Message = read.Failure?.Message ?? $"InferenceServices of {settings.Namespace} can be read." });
    }
}
