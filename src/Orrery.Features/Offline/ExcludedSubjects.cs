namespace Orrery.Features;

/// <summary>Leaves rows of subjects who have opted out of training away from the entity rows, before anything is joined to them.</summary>
internal static class ExcludedSubjects
{
    /// <summary>Deletes them.</summary>
    /// <returns>The frame that is left, with how many rows were left out.</returns>
    public static EntityFrame Apply(DuckLease lease, EntityFrame frame, IReadOnlyList<NeededView> views, SubjectIndex index, CancellationToken cancel)
    {
        lease.Connection.Execute(ExcludedSql.Create, cancel);
        foreach (var group in index.Groups)
        {
            foreach (var columns in Places(frame, views, group).DistinctBy(static columns => string.Join(',', columns)))
                Collect(lease, group, columns, cancel);
        }

        var excluded = lease.Whole(ExcludedSql.Count, cancel) ?? 0;
        if (excluded > 0)
            lease.Connection.Execute(ExcludedSql.Delete, cancel);
        return new EntityFrame { Names = frame.Names, Timestamp = frame.Timestamp, Needs = frame.Needs, Rows = frame.Rows - excluded, Bounds = frame.Bounds, Excluded = excluded };
    }

    // By the keys of views, whatever the request calls them, and by columns of the same names.
    private static IEnumerable<IReadOnlyList<string>> Places(EntityFrame frame, IReadOnlyList<NeededView> views, SubjectGroup group)
    {
        foreach (var view in views)
        {
            var places = group.Columns.Select(name => view.View.Keys.ToList().FindIndex(key => key.Name == name)).ToList();
            if (!places.Contains(-1))
                yield return places.ConvertAll(place => ExcludedSql.Key(view.Keys[place], view.View.Keys[place].Type.Kind));
        }

        var columns = group.Columns.Select(name => frame.Names.ToList().IndexOf(name)).ToList();
        if (!columns.Contains(-1))
            yield return columns.ConvertAll(static place => ExcludedSql.Raw(place));
    }

    private static void Collect(DuckLease lease, SubjectGroup group, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        var found = new List<IReadOnlyList<string>>();
        using (var reader = lease.Connection.Query(ExcludedSql.Distinct(columns), streaming: true, cancel))
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    string[] values = [.. columns.Select((_, at) => (string)reader.Value(at, row)!)];
                    if (group.Contains(values))
                        found.Add(values);
                }
            }
        }

        foreach (var some in found.Chunk(500))
            lease.Connection.Execute(ExcludedSql.Insert(columns, some), cancel);
    }
}
