using System.Globalization;
using Orrery.Contracts;

namespace Orrery.Tests.Conformance;

/// <summary>One row of a source. Times are microseconds since 1970 UTC.</summary>
public sealed record SourceRow(object?[] Keys, long? Time, long? Created, object?[] Values);

/// <summary>One entity row.</summary>
public sealed record EntityRow(object?[] Keys, long Time);

/// <summary>One view over one table, and entity rows to join with it.</summary>
public sealed class JoinCase(string name)
{
    /// <summary>What it shows.</summary>
    public string Name { get; } = name;

    /// <summary>Types of the keys.</summary>
    public IReadOnlyList<string> Keys { get; init; } = ["string"];

    /// <summary>Types of the features.</summary>
    public IReadOnlyList<string> Features { get; init; } = ["int64"];

    /// <summary>Seconds; null for ever.</summary>
    public long? Ttl { get; init; }

    /// <summary>The source says when rows were created.</summary>
    public bool HasCreated { get; init; }

    /// <summary>Rows count only once they were known.</summary>
    public bool KnownAt { get; init; }

    /// <summary>The source.</summary>
    public IReadOnlyList<SourceRow> Rows { get; init; } = [];

    /// <summary>What is asked for.</summary>
    public IReadOnlyList<EntityRow> Entities { get; init; } = [];

    /// <summary>Places of the features asked for; null for all.</summary>
    public IReadOnlyList<int>? Asked { get; init; }

    /// <summary>The definitions.</summary>
    public FeatureProjectDocument Document(SourceDocument source) => new()
    {
        Project = "p",
        Entities = Keys.Count == 0 ? [] : [new() { Name = "entity", JoinKeys = [.. Keys.Select((type, i) => new JoinKeyDocument { Name = $"key{i}", Type = type })] }],
        Sources = [source with { Name = "s", TimestampColumn = "moment", CreatedColumn = HasCreated ? "created" : null }],
        FeatureViews =
        [
            new()
            {
                Name = "v",
                Entities = Keys.Count == 0 ? [] : ["entity"],
                Source = "s",
                Online = false,
                Ttl = Ttl is { } ttl ? string.Create(CultureInfo.InvariantCulture, $"{ttl}s") : null,
                Features = [.. Features.Select((type, i) => new FeatureDocument { Name = $"feature{i}", Type = type })],
            },
        ],
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
