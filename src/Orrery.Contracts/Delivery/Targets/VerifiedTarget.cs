using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>What a check without a server holds an environment's manifests against: kept in their repository, and read from a commit that is trusted.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VerifiedTarget
{
    /// <summary>Folder of a repository that these are kept in, one <c>ENVIRONMENT.json</c> each.</summary>
    public const string Folder = ".orrery/targets";

    /// <summary>The environment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Whether it gets versions with a valid approval only.</summary>
    public bool Governed { get; init; }

    /// <summary>Number of the workspace, which approvals name.</summary>
    public long Workspace { get; init; }

    /// <summary>Name of the workspace.</summary>
    public string WorkspaceName { get => field ?? ""; init; }

    /// <summary>Settings of the target, without what is the server's own: credentials, the cluster's API, pull requests.</summary>
    public KserveSettings Settings { get => field ?? new(); init; }
}
