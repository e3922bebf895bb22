using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>A policy: rules over the facts about a version and its deployment (<c>docs/guides/policies.md</c>).</summary>
public sealed record PolicyDocument
{
    /// <summary>Name, unique in the workspace: lower-case letters, digits and dashes, up to 63.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>As its authors count, such as <c>2026-11</c>.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>What it is for, such as <c>SOC 2</c>.</summary>
    public string? Framework { get; init; }

    /// <summary>Where it applies; absent for everywhere. Where it cannot be told it applies.</summary>
    public string? AppliesWhen { get; init; }

    /// <summary>What its rules look up under <c>data</c>: dates and versions of the law.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>The rules.</summary>
    public IReadOnlyList<PolicyRule> Rules { get => field ?? []; init; }
}

/// <summary>A rule of a policy.</summary>
public sealed record PolicyRule
{
    /// <summary>Unique in its policy: lower-case letters, digits, dashes and underscores, up to 63.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>When it is looked at; absent for always. Where it cannot be told it is looked at.</summary>
    public string? When { get; init; }

    /// <summary>What must hold. Where it cannot be told it does not hold.</summary>
    public string Require { get => field ?? ""; init; }

    /// <summary>What to do when it does not.</summary>
    public string Message { get => field ?? ""; init; }

    /// <summary><c>block</c> (default) or <c>warn</c>.</summary>
    public string Severity { get => field ?? "block"; init; }

    /// <summary>Controls that it is evidence for, such as <c>SOC2 CC8.1</c>.</summary>
    public IReadOnlyList<string> Control { get => field ?? []; init; }
}

/// <summary>Body of <c>POST /api/v1/policies</c>.</summary>
public sealed record SetPolicy
{
    /// <summary>The policy.</summary>
    public PolicyDocument Policy { get => field ?? new(); init; }

    /// <summary>Why, up to 2,000 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>A policy as it is kept.</summary>
public sealed record PolicyInfo
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Counts the changes, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>Whether it is in force.</summary>
    public bool Enabled { get; init; }

    /// <summary>Pack that it came of; absent for none.</summary>
    public string? Pack { get; init; }

    /// <summary>SHA-256 of its canonical JSON.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>The policy.</summary>
    public PolicyDocument Policy { get => field ?? new(); init; }

    /// <summary>Why it was changed.</summary>
    public string? Note { get; init; }

    /// <summary>Who changed it.</summary>
    public string ChangedBy { get => field ?? ""; init; }

    /// <summary>When.</summary>
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>The policies of a workspace.</summary>
public sealed record PolicyList
{
    /// <summary>SHA-256 of the set of policies in force.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>By name.</summary>
    public IReadOnlyList<PolicyInfo> Policies { get => field ?? []; init; }
}

/// <summary>Revisions of a policy, newest first.</summary>
public sealed record PolicyRevisions
{
    /// <summary>The revisions.</summary>
    public IReadOnlyList<PolicyInfo> Revisions { get => field ?? []; init; }

    /// <summary>For the next page; absent on the last.</summary>
    public string? NextPageToken { get; init; }
}

/// <summary>What differs between two revisions of a policy.</summary>
public sealed record PolicyDiff
{
    /// <summary>The policy.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The older revision.</summary>
    public long From { get; init; }

    /// <summary>The newer revision.</summary>
    public long To { get; init; }

    /// <summary>Changes by path.</summary>
    public IReadOnlyList<PolicyChange> Changes { get => field ?? []; init; }
}

/// <summary>One change of a policy.</summary>
public sealed record PolicyChange
{
    /// <summary>Where, such as <c>rules.scan.require</c>.</summary>
    public string Path { get => field ?? ""; init; }

    /// <summary>Before; absent where it is new.</summary>
    public string? Before { get; init; }

    /// <summary>After; absent where it was taken away.</summary>
    public string? After { get; init; }
}

/// <summary>A policy that comes with the platform.</summary>
public sealed record PolicyPack
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The policy.</summary>
    public PolicyDocument Policy { get => field ?? new(); init; }

    /// <summary>Whether it is in force in the workspace.</summary>
    public bool Enabled { get; init; }
}

/// <summary>The packs.</summary>
public sealed record PolicyPackList
{
    /// <summary>By name.</summary>
    public IReadOnlyList<PolicyPack> Packs { get => field ?? []; init; }
}

/// <summary>Who a policy would newly block of what is in production.</summary>
public sealed record PolicyDryRun
{
    /// <summary>Versions that were looked at.</summary>
    public int Versions { get; init; }

    /// <summary>Whether all of production was looked at; more stands there than is looked at in one go otherwise.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Those that it would block and that nothing blocks today.</summary>
    public IReadOnlyList<PolicyVerdict> NewlyBlocked { get => field ?? []; init; }

    /// <summary>Those that it would block and that are blocked already.</summary>
    public IReadOnlyList<PolicyVerdict> StillBlocked { get => field ?? []; init; }

    /// <summary>Versions that could not be looked at, and why.</summary>
    public IReadOnlyList<string> Unknown { get => field ?? []; init; }
}
