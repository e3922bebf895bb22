using System.Text.Json.Serialization;

namespace Orrery.Contracts;

/// <summary>Where versions for an environment of a workspace are brought to.</summary>
public sealed record DeliveryTarget
{
    /// <summary>The environment.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary><c>local</c> (this server), <c>kserve-git</c> (manifests in a Git repository) or <c>kserve-api</c> (manifests applied to a cluster).</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Settings of the two KServe kinds; null for <c>local</c>.</summary>
    public KserveSettings? Settings { get; init; }

    /// <summary>Names of the secrets that are set: <c>git_token</c>, <c>api_token</c>, <c>cluster_token</c>. Their values are never shown.</summary>
    public IReadOnlyList<string> Secrets { get => field ?? []; init; }

    /// <summary>Whether the environment gets versions with a valid approval only.</summary>
    public bool Governed { get; init; }

    /// <summary>Rises with each change; 0 for a target that nobody set.</summary>
    public long Revision { get; init; }

    /// <summary>Who changed it last; null for nobody.</summary>
    public string? UpdatedBy { get; init; }

    /// <summary>When, Unix milliseconds; null for never.</summary>
    public long? UpdatedAt { get; init; }
}

/// <summary>Targets of a workspace.</summary>
public sealed record DeliveryTargetList
{
    /// <summary>By environment.</summary>
    public IReadOnlyList<DeliveryTarget> Targets { get => field ?? []; init; }
}

/// <summary>What a target is to be.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PutDeliveryTarget
{
    /// <summary><c>local</c>, <c>kserve-git</c> or <c>kserve-api</c>.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>Settings of the two KServe kinds.</summary>
    public KserveSettings? Settings { get; init; }

    /// <summary>Secrets to set, by name (<c>git_token</c>, <c>api_token</c>, <c>cluster_token</c>); an empty text removes one, those not named stay.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get => field ?? new Dictionary<string, string>(); init; }
}

/// <summary>What came of trying a target.</summary>
public sealed record TargetCheck
{
    /// <summary>Whether everything held.</summary>
    public bool Ok { get; init; }

    /// <summary>What was tried, in order.</summary>
    public IReadOnlyList<TargetCheckStep> Steps { get => field ?? []; init; }
}

/// <summary>One thing that was tried of a target.</summary>
public sealed record TargetCheckStep
{
    /// <summary><c>settings</c>, <c>repository</c>, <c>branch</c>, <c>cluster</c>, <c>custom_resource</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Whether it held.</summary>
    public bool Ok { get; init; }

    /// <summary>What was found, or what is wrong.</summary>
    public string Message { get => field ?? ""; init; }
}

/// <summary>Files that a repository and a cluster need once.</summary>
public sealed record TargetFiles
{
    /// <summary>Texts by path.</summary>
    public IReadOnlyDictionary<string, string> Files { get => field ?? new Dictionary<string, string>(); init; }
}
