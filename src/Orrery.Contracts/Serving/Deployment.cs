namespace Orrery.Contracts;

/// <summary>A model's endpoint in an environment.</summary>
public sealed record Deployment
{
    /// <summary>Name; models are called by it.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Environment, such as <c>staging</c>.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Counts its changes, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>What it is to be.</summary>
    public DeploymentSpec Spec { get => field ?? new(); init; }

    /// <summary>Who made this revision.</summary>
    public string CreatedBy { get => field ?? ""; init; }

    /// <summary>When the deployment was made first, Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When this revision was made, Unix milliseconds.</summary>
    public long UpdatedAt { get; init; }

    /// <summary><c>ready</c>, <c>loading</c>, <c>degraded</c> or <c>failed</c>: the worst of its nodes.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>How it stands on each server that looked lately.</summary>
    public IReadOnlyList<DeploymentNode> Nodes { get => field ?? []; init; }
}

/// <summary>How a deployment stands on one server.</summary>
public sealed record DeploymentNode
{
    /// <summary>The server.</summary>
    public string Node { get => field ?? ""; init; }

    /// <summary>Revision that it last took up.</summary>
    public long Revision { get; init; }

    /// <summary>Revision that answers there; absent for none. Until a new one is ready, or when it failed, the one before answers.</summary>
    public long? Serving { get; init; }

    /// <summary><c>ready</c>, <c>loading</c>, <c>degraded</c> when it answers less well than it should, or <c>failed</c>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Why it is degraded or failed; of one that is ready, why features are not looked up, or not as in training.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was so, Unix milliseconds.</summary>
    public long At { get; init; }
}

/// <summary>One page of deployments, by environment and name.</summary>
public sealed record DeploymentPage
{
    /// <summary>The deployments.</summary>
    public IReadOnlyList<Deployment> Deployments { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>One page of a deployment's history, newest first.</summary>
public sealed record DeploymentRevisionPage
{
    /// <summary>The revisions; their nodes are left out.</summary>
    public IReadOnlyList<Deployment> Revisions { get => field ?? []; init; }

    /// <summary>Asks for the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>Body of a rollback.</summary>
public sealed record RollbackDeployment
{
    /// <summary>Revision to go back to; absent for the one before.</summary>
    public long? Revision { get; init; }

    /// <summary>Why.</summary>
    public string? Note { get; init; }
}
