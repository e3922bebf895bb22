using Orrery.Features;
using Orrery.Native;

namespace Orrery.Serving;

/// <summary>Which rows of a file are about subjects who have opted out of predictions: those with their keys in columns of the keys' names.</summary>
internal static class BatchSubjects
{
    /// <summary>Why such a row is refused.</summary>
    public const string Reason = LookupSubjects.Code + ": the subject has opted out of predictions.";

    /// <summary>Names of columns by which somebody may be known.</summary>
    public static IReadOnlyList<string> Columns(SubjectIndex? index) =>
        index is null ? [] : [.. index.Groups.SelectMany(static group => group.Columns).Distinct(StringComparer.Ordinal)];

    /// <summary>Looks for them, and notes their keys for <see cref="BatchSubjectsStore.Condition"/>.</summary>
    /// <returns>A condition on the file's rows; null when nobody is in it.</returns>
    public static string? Find(DuckConnection connection, SubjectIndex index, IReadOnlyList<DuckColumn> columns, RowRange range, CancellationToken cancel)
    {
        var conditions = new List<string>();
        foreach (var group in index.Groups)
        {
            var keys = group.Columns.Select(name => columns.FirstOrDefault(column => column.Name == name)).ToList();
            if (keys.TrueForAll(static key => key is not null) && Collect(connection, group, [.. keys.Select(static key => key!)], range, conditions.Count, cancel))
                conditions.Add(BatchSubjectsStore.Condition(keys!, conditions.Count));
        }

        return conditions.Count == 0 ? null : string.Join(" or ", conditions);
    }

    private static bool Collect(DuckConnection connection, SubjectGroup group, IReadOnlyList<DuckColumn> keys, RowRange range, int number, CancellationToken cancel)
    {
        var found = new List<IReadOnlyList<string>>();
        using (var reader = BatchSubjectsStore.Distinct(connection, keys, range, cancel))
        {
            while (reader.Read())
            {
                for (var row = 0; row < reader.Rows; row++)
                {
                    string[] values = [.. keys.Select((_, at) => (string)reader.Value(at, row)!)];
                    if (group.Contains(values))
                        found.Add(values);
                }
            }
        }

        if (found.Count > 0)
            BatchSubjectsStore.Note(connection, keys.Count, found, number, cancel);
        return found.Count > 0;
    }
}
