using System.Text.Json;
using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>A target as it is kept.</summary>
internal sealed record TargetRow(string Environment, string Kind, string Settings, byte[]? Secrets, long Revision, string UpdatedBy, long UpdatedAt)
{
    public const string Local = "local";
    public const string Git = "kserve-git";
    public const string Api = "kserve-api";

    public TargetSpec Spec => new() { Environment = Environment, Kind = Kind, Settings = Settings };

    /// <summary>Settings of the KServe kinds.</summary>
    public static KserveSettings Read(string settings) => JsonSerializer.Deserialize(settings, OrreryJson.TypeOf<KserveSettings>())!;

    public DeliveryTarget Wire(IReadOnlyList<string> secrets, bool governed) => new()
    {
        Environment = Environment,
        Kind = Kind,
        Settings = Kind == Local ? null : Read(Settings),
        Secrets = secrets,
        Governed = governed,
        Revision = Revision,
        UpdatedBy = UpdatedBy,
        UpdatedAt = UpdatedAt,
    };
}

/// <summary>What a delivery has brought to an environment.</summary>
internal sealed record ReleaseRow
{
    public const string Written = "written";
    public const string Merged = "merged";
    public const string RolledBack = "rolled_back";

    public required string Environment { get; init; }

    public required string Name { get; init; }

    public required string DeliveryId { get; init; }

    public required string Model { get; init; }

    public required string Version { get; init; }

    public required string Sha256 { get; init; }

    public required int Percent { get; init; }

    public required string State { get; init; }

    public required string Manifest { get; init; }

    public string? Before { get; init; }

    public string? ApprovalId { get; init; }

    public string? Revision { get; init; }

    public string? Previous { get; init; }

    public string? Link { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }
}

/// <summary>What an approval has been used for.</summary>
/// <param name="Name">Of the deployment.</param>
/// <param name="ApprovalId">Of the approval.</param>
/// <param name="Model">Registered model.</param>
/// <param name="Version">Its version's number.</param>
/// <param name="Percent">Share of the deployment's traffic.</param>
internal sealed record ApprovalUse(string Name, string ApprovalId, string Model, string Version, int Percent)
{
    /// <summary>Whether a token was given at least this share already.</summary>
    public bool Covers(ApprovalToken token, int percent) => ApprovalId == token.Id && Model == token.Model && Version == token.Version && Percent >= percent;
}
