using Orrery.Contracts;

namespace Orrery.Delivery;

/// <summary>A migration as it is kept.</summary>
internal sealed record MigrationRow(string Id, string Model, string? Version, string Environment, StartModelMigration Asked, int Ended, string StartedBy, long StartedAt);

/// <summary>A step that somebody set.</summary>
internal sealed record MigrationStepRow(int Number, string State, string? Note, IReadOnlyList<MigrationEvidence> Evidence, string ChangedBy, long ChangedAt);

/// <summary>What a comparison is to ask; kept until it has ended.</summary>
internal sealed record MigrationQuestion
{
    /// <summary>V1 instances; null for logged ones.</summary>
    public IReadOnlyList<System.Text.Json.JsonElement>? Instances { get; init; }

    public string? Environment { get; init; }

    public string? Deployment { get; init; }

    public int Rows { get; init; }

    public string? Output { get; init; }
}

/// <summary>What the job of a comparison is told.</summary>
internal sealed record MigrationOrder(string Migration, string Comparison);
