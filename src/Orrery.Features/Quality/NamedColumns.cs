namespace Orrery.Features;

/// <summary>Gives a source's rows the columns that rules name: pushed rows are JSON, which is taken apart for it.</summary>
internal static class NamedColumns
{
    /// <summary>The source as rules see it. Columns that a view declares are of its types; others are as other views of the source declare them.</summary>
    public static SourceRelation Of(SourceRelation relation, FeatureProject project, FeatureView? view)
    {
        if (relation.Source.Kind is not SourceKind.Push)
            return relation;
        var columns = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { relation.Source.TimestampColumn, relation.Source.CreatedColumn ?? "" };
        foreach (var (name, type) in Declared(project, relation.Source, view))
        {
            if (relation.Column(name).Failed(out _, out var column) || DuckDbDialect.Instance.Cast(column, type) is not { } sql || !seen.Add(column.Name))
                continue;
            // What is none of the type is no value here; casts end the query with an error, which the engine's try cannot take.
            var value = DuckDbDialect.Bad(column, type) is { } bad ? $"case when not coalesce({bad}, false) then {sql} end" : sql;
            columns.Add($"{value} as {Quote.Name(column.Name)}");
        }

        columns.Add($"make_timestamp(event_time) as {Quote.Name(relation.Source.TimestampColumn)}");
        if (relation.Source.CreatedColumn is { } created)
            columns.Add($"make_timestamp(created_time) as {Quote.Name(created)}");
        return new SourceRelation
        {
            Source = relation.Source,
            From = QualitySql.Named(relation.From, columns),
            Sequence = relation.Sequence,
            Find = relation.Find,
            Known = relation.Known,
        };
    }

    private static IEnumerable<(string Name, FeatureType Type)> Declared(FeatureProject project, FeatureSource source, FeatureView? view)
    {
        var others = project.Views.Values.Where(other => other.Source.Name == source.Name || other.Source.History.Name == source.Name).OrderBy(static other => other.Name, StringComparer.Ordinal);
        return (view is null ? others : others.Prepend(view))
            .SelectMany(static one => one.Keys.Select(static key => (key.Name, key.Type)).Concat(one.Fields.Select(static field => (field.Name, field.Type))));
    }
}
