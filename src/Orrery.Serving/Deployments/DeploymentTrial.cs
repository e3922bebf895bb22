using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Serving;

/// <summary>Says what would become of a change of a deployment, by the same gates as the change itself.</summary>
internal sealed class DeploymentTrial(Db db, Deployments deployments, LookupRights rights, ApprovalCheck approvals)
{
    /// <summary>As <see cref="Deployments.PutAsync(HttpContext, string, string, DeploymentSpec, long?, CancellationToken)"/> would; what it would refuse is the answer.</summary>
    /// <returns><c>serving.unknown_environment</c>, <c>serving.invalid_name</c>.</returns>
    public async ValueTask<Result<DeploymentVerdict>> OfPutAsync(HttpContext context, string environment, string name, DeploymentSpec spec, long? expected, CancellationToken cancel)
    {
        var actor = context.Actor();
        if (deployments.Key(actor, environment, name).Failed(out var wrong, out var key))
            return wrong;
        var now = await db.ReadAsync(session => DeploymentStore.FindAsync(session, key), cancel) is { IsRemoved: false } row ? row : null;
        var refused = await deployments.PutProblemAsync(actor, environment, name, spec, cancel)
            ?? await rights.ProblemAsync(context, environment, name, spec, cancel)
            ?? (expected is { } wanted ? Deployments.ConflictOf(key, now, wanted) : null);
        return await VerdictAsync(actor, key, spec, now, refused, goesBack: false, cancel);
    }

    /// <summary>As <see cref="Deployments.RollbackAsync"/> would; what it would refuse is the answer.</summary>
    /// <returns><c>serving.deployment_not_found</c>, <c>serving.revision_not_found</c>.</returns>
    public async ValueTask<Result<DeploymentVerdict>> OfRollbackAsync(Actor actor, string environment, string name, RollbackDeployment asked, CancellationToken cancel)
    {
        if (deployments.Key(actor, environment, name).Failed(out var wrong, out var key))
            return wrong;
        if ((await db.ReadAsync(session => Deployments.EarlierAsync(session, key, asked.Revision), cancel)).Failed(out var missing, out var earlier))
            return missing;
        var now = await db.ReadAsync(session => DeploymentStore.FindAsync(session, key), cancel);
        return await VerdictAsync(actor, key, earlier.Spec, now, await deployments.ServableAsync(actor, earlier.Spec, cancel), goesBack: true, cancel);
    }

    private async ValueTask<Result<DeploymentVerdict>> VerdictAsync(
        Actor actor, DeploymentKey key, DeploymentSpec spec, DeploymentRow? now, Failure? refused, bool goesBack, CancellationToken cancel)
    {
        // A document that is wrong as it stands has no variants to look at, however many it names.
        if (refused is { Code: "serving.invalid_spec" })
            return new DeploymentVerdict { Allowed = false, Changes = true, Code = refused.Code, Message = refused.Message, Revision = now?.Revision ?? 0 };
        var before = now?.Spec;
        var variants = new List<VariantVerdict>();
        var pinned = new List<VariantSpec>();
        foreach (var variant in spec.Variants)
        {
            var told = Told(variant, spec, before);
            // A document that is refused as a whole may name versions that there are not.
            if (refused is not null && refused.Code != ApprovalCheck.NotApprovedCode)
            {
                variants.Add(told);
                continue;
            }

            var pin = await approvals.PinOneAsync(actor, key.Environment, variant, spec, goesBack ? null : before, goesBack, cancel);
            if (pin.Failed(out var unapproved, out var approved))
                refused ??= unapproved;
            else
                pinned.Add(approved);
            variants.Add(told with { Message = unapproved?.Message, Approval = unapproved is null ? ApprovalToken.Parse(approved!.Approval)?.Id : null });
        }

        variants.AddRange((before?.Variants ?? []).Where(one => spec.Variants.All(other => other.Name != one.Name)).Select(one => Gone(one, before!)));
        return new DeploymentVerdict
        {
            Allowed = refused is null,
            Changes = before is null || refused is not null || !Deployments.Same(before, spec with { Variants = pinned }),
            Code = refused?.Code,
            Message = refused?.Message,
            Revision = now?.Revision ?? 0,
            Variants = variants,
        };
    }

    private static VariantVerdict Told(VariantSpec variant, DeploymentSpec spec, DeploymentSpec? before)
    {
        var there = before?.Variants.FirstOrDefault(one => one.Name == variant.Name);
        double? was = there is null ? null : TrafficShares.Of(before!, there);
        var share = TrafficShares.Of(spec, variant);
        return new()
        {
            Name = variant.Name,
            Model = variant.Model,
            Version = variant.Version,
            Shadow = variant.Shadow,
            Before = was,
            After = share,
            Change = there is null ? "added"
                : there.Model != variant.Model || there.Version != variant.Version || there.Shadow != variant.Shadow ? "changed"
                : share > was ? "more" : share < was ? "less" : "same",
        };
    }

    private static VariantVerdict Gone(VariantSpec variant, DeploymentSpec before) => new()
    {
        Name = variant.Name,
        Model = variant.Model,
        Version = variant.Version,
        Shadow = variant.Shadow,
        Before = TrafficShares.Of(before, variant),
        Change = "removed",
    };
}
