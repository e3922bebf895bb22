using Orrery.Kernel;

namespace Orrery.Features;

/// <summary>A source that an engine can read now: a relation with its columns.</summary>
internal sealed class SourceRelation
{
    public required FeatureSource Source { get; init; }

    /// <summary>What stands behind <c>from</c>.</summary>
    public required string From { get; init; }

    /// <summary>A whole number of less than 60 bits that grows with the rows' order; null where rows have none.</summary>
    public string? Sequence { get; init; }

    /// <summary>Finds a column by the source's own name.</summary>
    public required Func<string, SourceColumn?> Find { get; init; }

    /// <summary>What the source has, for messages.</summary>
    public string Known { get; init; } = "";

    /// <summary>The event time.</summary>
    public Result<SourceColumn> Timestamp => Time(Source.TimestampColumn);

    /// <summary>The created time; a null value when the source has none.</summary>
    public Result<SourceColumn?> Created
    {
        get
        {
            if (Source.CreatedColumn is not { } name)
                return (SourceColumn?)null;
            return Time(name).Failed(out var wrong, out var column) ? wrong : column;
        }
    }

    /// <summary>The column of a key or feature; <c>features.source_column_missing</c>.</summary>
    public Result<SourceColumn> Column(string name) => Own(Source.Column(name));

    private Result<SourceColumn> Own(string name) => Find(name) is { } column
        ? column
        : Failure.Invalid("features.source_column_missing", $"Source {Source.Name} has no column {name}" + (Known.Length > 0 ? $"; it has {Known}." : "."));

    private Result<SourceColumn> Time(string name)
    {
        if (Own(name).Failed(out var missing, out var column))
            return missing;
        return column.Type is SourceType.Time or SourceType.Zoned or SourceType.Date or SourceType.Text or SourceType.Micros
            ? column
            : Failure.Invalid(
                "features.source_type_mismatch", $"Column {name} of source {Source.Name} is {column.TypeName}; a time must be a timestamp, a date or ISO 8601 text.");
    }
}
