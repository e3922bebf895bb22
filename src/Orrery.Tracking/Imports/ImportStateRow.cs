using System.Data.Common;
using Orrery.Contracts;

namespace Orrery.Tracking;

/// <summary>A run or logged model that is here, and what an import of it did.</summary>
/// <param name="Id">The run or logged model.</param>
/// <param name="Source">Null when it was not imported.</param>
/// <param name="IsComplete">It is visible.</param>
/// <param name="Found">What there is of it.</param>
internal sealed record ImportStateRow(string Id, string? Source, bool IsComplete, ImportCounts Found)
{
    /// <summary>Reads id, source, completion, points, and the counts.</summary>
    public static ImportStateRow Read(DbDataReader row)
    {
        var imported = !row.IsDBNull(1);
        return new(
            row.GetString(0),
            imported ? row.GetString(1) : null,
            imported && !row.IsDBNull(2),
            RunImportStore.ReadCounts(row, 4) with { MetricPoints = imported ? row.GetInt64(3) : 0 });
    }

    /// <summary>One entry per id asked for, in that order.</summary>
    public static ImportStates Answer(IReadOnlyList<ImportStateRow> rows, GetImportStates asked)
    {
        var byId = rows.ToDictionary(static r => r.Id);
        return new() { States = [.. asked.Ids.Select(id => byId.TryGetValue(id, out var row) ? row.StatusFor(asked.Source) : new(id, ImportState.Absent))] };
    }

    private ImportStatus StatusFor(string source)
    {
        if (Source != source)
            return new(Id, ImportState.Taken);
        return new(Id, IsComplete ? ImportState.Complete : ImportState.Open, Found);
    }
}
