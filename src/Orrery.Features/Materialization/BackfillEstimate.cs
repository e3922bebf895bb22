using Orrery.Kernel;
using Orrery.Native;

namespace Orrery.Features;

/// <summary>
/// What bringing a view online anew would cost: the rows of its source, and the time at the rate that one core of a small server reaches. Sources
/// in warehouses are not counted: that could take long there.
/// </summary>
internal sealed class BackfillEstimate(DuckEngines engines, SourceFiles files, PushedRows pushed, TimeProvider time)
{
    private const double RowsOfASecond = 200_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    /// <summary>How many rows would be read, and how long it would take; nulls where that is not known.</summary>
    public async ValueTask<(long? Rows, TimeSpan? Duration)> EstimateAsync(Actor actor, FeatureProject project, FeatureView view, CancellationToken cancel)
    {
        var source = view.Source.History;
        if (!view.IsOnline || source.Document.Warehouse is not null || (await engines.LeaseAsync(project.Workspace, cancel, EngineUse.Request)).Failed(out _, out var lease))
            return (null, null);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        using (lease)
        {
            try
            {
                if ((await new DuckRelations(lease, project, files, pushed).OfAsync(source, either.Token)).Failed(out _, out var relation))
                    return (null, null);
                var rows = lease.Whole(ErasureSql.Count(relation.From, "true"), either.Token) ?? 0;
                var time = TimeSpan.FromSeconds(Math.Ceiling(rows / RowsOfASecond));
                return (rows, time < AtLeast ? AtLeast : time);
            }
            catch (Exception e) when (e is DuckException { Type: not DuckErrorType.Interrupt } || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                // A source that cannot be read yet, or takes long, has no estimate.
                return (null, null);
            }
        }
    }
}
