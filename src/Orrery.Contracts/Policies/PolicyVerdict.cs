using System.Text.Json;

namespace Orrery.Contracts;

/// <summary>How a version stands in an environment to the policies in force.</summary>
public sealed record PolicyVerdict
{
    /// <summary>Registered model.</summary>
    public string Model { get => field ?? ""; init; }

    /// <summary>Its version's number.</summary>
    public string Version { get => field ?? ""; init; }

    /// <summary>Where.</summary>
    public string Environment { get => field ?? ""; init; }

    /// <summary>Whether nothing blocks it.</summary>
    public bool Passed { get; init; }

    /// <summary>Rules that block it.</summary>
    public IReadOnlyList<PolicyOutcome> Blocked { get => field ?? []; init; }

    /// <summary>Rules that warn of it.</summary>
    public IReadOnlyList<PolicyOutcome> Warnings { get => field ?? []; init; }

    /// <summary>All rules that were looked at or do not apply, by policy and in its order.</summary>
    public IReadOnlyList<PolicyOutcome> Rules { get => field ?? []; init; }

    /// <summary>SHA-256 of the set of policies in force.</summary>
    public string PoliciesSha256 { get => field ?? ""; init; }

    /// <summary>SHA-256 of the facts without their time.</summary>
    public string FactsSha256 { get => field ?? ""; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>What came of a rule.</summary>
public sealed record PolicyOutcome
{
    /// <summary>Its policy.</summary>
    public string Policy { get => field ?? ""; init; }

    /// <summary>Its id.</summary>
    public string Rule { get => field ?? ""; init; }

    /// <summary><c>pass</c>, <c>block</c>, <c>warn</c> or <c>skip</c> (it does not apply).</summary>
    public string Outcome { get => field ?? ""; init; }

    /// <summary>What to do; absent where nothing is.</summary>
    public string? Message { get; init; }

    /// <summary>Why it could not be told: facts that are missing. Absent where it could.</summary>
    public string? Missing { get; init; }

    /// <summary>Controls that it is evidence for.</summary>
    public IReadOnlyList<string> Control { get => field ?? []; init; }
}

/// <summary>Facts about a version and its deployment, one JSON document (<c>docs/api/facts.schema.json</c>).</summary>
public sealed record GovernedDocument
{
    /// <summary>SHA-256 of the document without its time.</summary>
    public string Sha256 { get => field ?? ""; init; }

    /// <summary>The document.</summary>
    public JsonElement Facts { get; init; }
}

/// <summary>Facts and what a policy must make of them, for <c>mlops policy test</c>.</summary>
public sealed record PolicyFixture
{
    /// <summary>What it shows.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The facts; what is not there is missing.</summary>
    public JsonElement Facts { get; init; }

    /// <summary>By rule: <c>pass</c>, <c>block</c>, <c>warn</c> or <c>skip</c>.</summary>
    public IReadOnlyDictionary<string, string> Expect { get => field ?? EvaluationSpec.None; init; }
}

/// <summary>Fixtures of a policy.</summary>
public sealed record PolicyFixtures
{
    /// <summary>The fixtures.</summary>
    public IReadOnlyList<PolicyFixture> Fixtures { get => field ?? []; init; }
}
