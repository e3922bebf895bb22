using System.Globalization;
using Orrery.Kernel;
using Orrery.Lineage;
using Orrery.Storage;

namespace Orrery.Governance;

/// <summary>The reports of before the graph: evaluations, explanations, scans, then snapshots of cards.</summary>
internal sealed class ReportBackfill(Db db, ReportEdges edges) : ILineageBackfill
{
    private const int Page = 100;
    private const string Newest = "~";
    private static readonly string[] Stages = ["evaluations", "explanations", "scans", "cards"];

    /// <inheritdoc/>
    public string Name => "governance.reports";

    /// <inheritdoc/>
    public async ValueTask<BackfillPart> ReadAsync(Actor actor, string after, CancellationToken cancel)
    {
        var (stage, from) = after.Split(':') is [var name, var place] ? (Array.IndexOf(Stages, name), place) : (0, Newest);
        while (true)
        {
            var (found, next) = await StageAsync(actor, stage, from, cancel);
            if (next is null && stage < Stages.Length - 1)
                (stage, next) = (stage + 1, Newest);

            // What has nothing is passed over: a workspace without reports is known by one read.
            if (found.Count > 0 || next is null)
                return new BackfillPart(found, [], next is null ? null : $"{Stages[stage]}:{next}");
            from = next;
        }
    }

    private ValueTask<(List<GraphEdge> Edges, string? Next)> StageAsync(Actor actor, int stage, string from, CancellationToken cancel) => stage switch
    {
        0 => RowsAsync(
            session => EvaluationStore.ListAsync(session, actor.Workspace, null, null, from, Page), static row => row.Id,
            row => row.State == EvaluationRow.Succeeded ? edges.OfAsync(actor, row, row.FinishedAt ?? row.CreatedAt, cancel) : None(), cancel),
        1 => RowsAsync(
            session => ExplanationStore.ListAsync(session, actor.Workspace, null, null, ExplanationRow.Succeeded, from, Page), static row => row.Id,
            row => edges.OfAsync(actor, row, row.FinishedAt ?? row.CreatedAt, cancel), cancel),
        2 => RowsAsync(session => ScanStore.ListAsync(session, actor.Workspace, null, null, from, Page), static row => row.Id, row => edges.OfAsync(actor, row, cancel), cancel),
        _ => RowsAsync(
            session => ReportEdgeStore.CardsAsync(session, actor.Workspace, CardKey(from), Page),
            static row => string.Create(CultureInfo.InvariantCulture, $"{row.ModelId}/{row.Version}/{row.Sequence}"),
            static row => ValueTask.FromResult(ReportEdges.OfCard(row.ModelId, row.Model, row.Version, row.Sequence, row.At)), cancel),
    };

    private async ValueTask<(List<GraphEdge> Edges, string? Next)> RowsAsync<T>(
        Func<DbSession, ValueTask<List<T>>> read, Func<T, string> key, Func<T, ValueTask<IReadOnlyList<GraphEdge>>> draw, CancellationToken cancel)
    {
        var rows = await db.ReadAsync(read, cancel);
        var found = new List<GraphEdge>();
        foreach (var row in rows)
            found.AddRange(await draw(row));
        return (found, rows.Count < Page ? null : key(rows[^1]));
    }

    private static ValueTask<IReadOnlyList<GraphEdge>> None() => ValueTask.FromResult<IReadOnlyList<GraphEdge>>([]);

    private static (string Model, long Version, long Sequence) CardKey(string from) => from.Split('/') is [var model, var version, var sequence]
        ? (model, long.Parse(version, CultureInfo.InvariantCulture), long.Parse(sequence, CultureInfo.InvariantCulture))
        : ("", 0, 0);
}
