using System.Text.Json.Serialization;
using Orrery.Contracts;

namespace Orrery.Governance;

/// <summary>JSON that approvals write and read by themselves.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApprovalEvent))]
[JsonSerializable(typeof(RaisedRisk))]
[JsonSerializable(typeof(ChangedPolicies))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<AutomaticCheck>))]
internal sealed partial class ApprovalJson : JsonSerializerContext;

/// <summary>What happened to an approval, as those who listen are told.</summary>
internal sealed record ApprovalEvent
{
    public string Approval { get; init; } = "";

    public string Model { get; init; } = "";

    public string Version { get; init; } = "";

    public string Environment { get; init; } = "";

    public string State { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Tier { get; init; } = "";

    public string? Delivery { get; init; }

    /// <summary>The stage that is open; null when none is.</summary>
    public string? Stage { get; init; }

    /// <summary>Roles of its empty seats.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    public string? EscalatedTo { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string? Reason { get; init; }
}

/// <summary>That a version's risk has risen.</summary>
/// <param name="Model">Of the version.</param>
/// <param name="Version">Its number.</param>
/// <param name="Environment">Where.</param>
/// <param name="From">Tier of the assessment before.</param>
/// <param name="To">Tier now.</param>
/// <param name="Triggers">What asks for people now and did not before.</param>
internal sealed record RaisedRisk(string? Model, string? Version, string? Environment, string? From, string? To, IReadOnlyList<string>? Triggers);

/// <summary>That other policies are in force.</summary>
internal sealed record ChangedPolicies(string? Sha256);
