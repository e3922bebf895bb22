using Microsoft.AspNetCore.Http;
using Orrery.Contracts;
using Orrery.Kernel;

namespace Orrery.Serving;

/// <summary>Deployments, for modules above that bring versions to them by their own rules. Approvals are asked for as of everybody.</summary>
public sealed class Releases
{
    private readonly Deployments _deployments;
    private readonly LookupRights _rights;

    internal Releases(Deployments deployments, LookupRights rights) => (_deployments, _rights) = (deployments, rights);

    /// <summary>A deployment, and how it stands on each server; <c>serving.unknown_environment</c>, <c>serving.deployment_not_found</c>.</summary>
    public ValueTask<Result<Deployment>> GetAsync(Actor actor, string environment, string name, CancellationToken cancel) =>
        _deployments.GetAsync(actor, environment, name, cancel);

    /// <summary>One page of history, newest first.</summary>
    public ValueTask<Result<DeploymentRevisionPage>> RevisionsAsync(Actor actor, string environment, string name, int? limit, string? token, CancellationToken cancel) =>
        _deployments.RevisionsAsync(actor, environment, name, limit, token, cancel);

    /// <summary>
    /// Has a deployment be what the document says, as <c>PUT /api/v1/deployments/{environment}/{name}</c> does; the same again changes nothing. Whether the asker may read the
    /// features that it looks up is not looked at: see <see cref="RightsProblemAsync"/>.
    /// </summary>
    /// <returns>The deployment, or <c>serving.not_approved</c>, <c>serving.revision_conflict</c>, <c>serving.invalid_spec</c> and what the registry refuses.</returns>
    public ValueTask<Result<Deployment>> PutAsync(Actor actor, string environment, string name, DeploymentSpec spec, long? expectedRevision, CancellationToken cancel) =>
        _deployments.PutAsync(actor, environment, name, spec, expectedRevision, cancel);

    /// <summary>Goes back to an earlier revision, as a new one; <c>serving.revision_not_found</c>, <c>serving.not_approved</c>.</summary>
    /// <param name="actor">Who, and in which workspace.</param>
    /// <param name="environment">Where.</param>
    /// <param name="name">Of the deployment.</param>
    /// <param name="revision">To which; null for the one before.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancel">Breaks off.</param>
    public ValueTask<Result<Deployment>> RollbackAsync(Actor actor, string environment, string name, long? revision, string? note, CancellationToken cancel) =>
        _deployments.RollbackAsync(actor, environment, name, new RollbackDeployment { Revision = revision, Note = note }, cancel);

    /// <summary>Removes a deployment; <c>serving.deployment_not_found</c>.</summary>
    public ValueTask<Result<Done>> RemoveAsync(Actor actor, string environment, string name, CancellationToken cancel) =>
        _deployments.RemoveAsync(actor, environment, name, cancel);

    /// <summary>Why the one who sent a request may not bring the document's versions to traffic, for the features that they look up; null when they may. <c>serving.features_denied</c>.</summary>
    public ValueTask<Failure?> RightsProblemAsync(HttpContext context, string environment, string name, DeploymentSpec spec, CancellationToken cancel) =>
        _rights.ProblemAsync(context, environment, name, spec, cancel);
}
