namespace Orrery.Contracts;

/// <summary>What would become of a change of a deployment, were it asked for now. Nothing was changed.</summary>
public sealed record DeploymentVerdict
{
    /// <summary>Whether it would be done.</summary>
    public bool Allowed { get; init; }

    /// <summary>Whether it would change anything; the same document again makes no revision.</summary>
    public bool Changes { get; init; }

    /// <summary>Stable code of the first thing that refuses it; absent when it is allowed.</summary>
    public string? Code { get; init; }

    /// <summary>Why it would be refused, for people; absent when it is allowed.</summary>
    public string? Message { get; init; }

    /// <summary>The revision that there is now; 0 for none.</summary>
    public long Revision { get; init; }

    /// <summary>What would change for each variant, those that would go last.</summary>
    public IReadOnlyList<VariantVerdict> Variants { get => field ?? []; init; }
}

/// <summary>What would change for a variant of a deployment.</summary>
public sealed record VariantVerdict
{
    /// <summary>Name within the deployment.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary><c>added</c>, <c>removed</c>, <c>more</c> or <c>less</c> of the requests, <c>changed</c> otherwise, or <c>same</c>.</summary>
    public string Change { get => field ?? ""; init; }

    /// <summary>Share of the requests now, 0 to 1; absent where it is not there.</summary>
    public double? Before { get; init; }

    /// <summary>Share of the requests afterwards, 0 to 1; absent where it goes.</summary>
    public double? After { get; init; }

    /// <summary>Whether it would be a shadow, or is one where it goes.</summary>
    public bool Shadow { get; init; }

    /// <summary>Why it may not have that traffic; absent when it may.</summary>
    public string? Message { get; init; }

    /// <summary>Id of the approval under which it would answer; absent where none is asked for or none was found.</summary>
    public string? Approval { get; init; }
}
