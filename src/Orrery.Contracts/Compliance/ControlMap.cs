namespace Orrery.Contracts;

/// <summary>Controls of laws and standards, and what of them this platform shows by itself. Version of the data, not of the laws.</summary>
public sealed record ControlMap
{
    /// <summary>Version of the map.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Laws and standards that it speaks of, with their versions and dates.</summary>
    public IReadOnlyList<RegulationInfo> Regulations { get => field ?? []; init; }

    /// <summary>Its rows.</summary>
    public IReadOnlyList<ControlMapRow> Rows { get => field ?? []; init; }
}

/// <summary>A law or standard.</summary>
public sealed record RegulationInfo
{
    /// <summary><c>soc2</c>, <c>hipaa</c>, <c>gdpr</c>, <c>eu_ai_act</c>, <c>nist_ai_rmf</c> or <c>model_risk</c>.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Where it stands, in which version.</summary>
    public string Reference { get => field ?? ""; init; }

    /// <summary>Whether it is in force.</summary>
    public string Status { get => field ?? ""; init; }

    /// <summary>What else one must know.</summary>
    public string? Note { get; init; }

    /// <summary>Since when what holds, as <c>2018-05-25: applies</c>.</summary>
    public IReadOnlyList<string> Dates { get => field ?? []; init; }
}

/// <summary>A row of the control map.</summary>
public sealed record ControlMapRow
{
    /// <summary>Number, from 1.</summary>
    public int Id { get; init; }

    /// <summary>Laws and standards, by id.</summary>
    public IReadOnlyList<string> Frameworks { get => field ?? []; init; }

    /// <summary>Controls, as <c>SOC 2 CC8.1</c>.</summary>
    public IReadOnlyList<string> Controls { get => field ?? []; init; }

    /// <summary>What they are about.</summary>
    public string Topic { get => field ?? ""; init; }

    /// <summary>Name of what collects its evidence.</summary>
    public string Collector { get => field ?? ""; init; }

    /// <summary>What the platform looks for.</summary>
    public IReadOnlyList<ControlRequirement> Requirements { get => field ?? []; init; }

    /// <summary>What a person must add, since the platform has no record of it.</summary>
    public IReadOnlyList<string> People { get => field ?? []; init; }
}

/// <summary>Evidence that a row needs.</summary>
public sealed record ControlRequirement
{
    /// <summary>Id within its row.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>What.</summary>
    public string Text { get => field ?? ""; init; }

    /// <summary>Actions of the audit trail that are evidence of it, or</summary>
    public IReadOnlyList<string> Acts { get => field ?? []; init; }

    /// <summary>the name of a fact that the platform reads, or of what another part contributes.</summary>
    public string? Fact { get; init; }

    /// <summary>How it comes about where it is missing.</summary>
    public string? Needed { get; init; }
}
