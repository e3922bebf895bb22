using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// What bringing a view online anew would cost: the rows of its source, and the time at the rate that one core of a small server reaches. Sources
/// in warehouses are not counted: that could take long there.
/// </summary>
internal sealed class BackfillEstimate(DuckEngines engines, SourceFiles files, PushedRows pushed)
{
    private const double RowsOfASecond = 200_000;
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    /// <summary>How many rows would be read, and how long it would take; nulls where that is not known.</summary>
    public async ValueTask<(long? Rows, TimeSpan? Duration)> EstimateAsync(Actor actor, FeatureProject project, FeatureView view, CancellationToken cancel)
    {
        var source = view.Source is { Kind: SourceKind.Push, Batch: { } batch } ? batch : view.Source;
        if (!view.IsOnline || source.Document.Warehouse is not null || (await engines.LeaseAsync(project.Workspace, cancel, EngineUse.Request)).Failed(out _, out var lease))
            return (null, null);
        using (lease)
        {
            try
            {
                if ((await new DuckRelations(lease, project, files, pushed).OfAsync(source, cancel)).Failed(out _, out var relation))
                    return (null, null);
                var rows = lease.Whole(ErasureSql.Count(relation.From, "true"), cancel) ?? 0;
                var time = TimeSpan.FromSeconds(Math.Ceiling(rows / RowsOfASecond));
                return (rows, time < AtLeast ? AtLeast : time);
            }
            catch (DuckException e) when (e.Type is not DuckErrorType.Interrupt)
            {
                // A source that cannot be read yet has no estimate; applying tells why when it is used.
                return (null, null);
            }
        }
    }
}
