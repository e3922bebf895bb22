using Microsoft.Extensions.Hosting;
using Orrery.Kernel;
using Orrery.Storage;
using Orrery.Tenancy;

namespace Orrery.Lineage;

/// <summary>At the start of a server, asks for the backfill of each workspace that is not done with it: of old ones, and of those that came from elsewhere.</summary>
internal sealed class BackfillStart(Db db, Jobs jobs, Workspaces workspaces, IEnumerable<ILineageBackfill> parts) : IHostedService
{
    // A part says within so many reads whether there is anything: the feature store looks at projects, then at training sets.
    private const int MostReads = 2;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, name) in await workspaces.ListAsync(cancellationToken))
        {
            var actor = Actor.System(id, name);
            var states = await db.ReadAsync(session => BackfillStore.ListAsync(session, id), cancellationToken);
            var open = parts.Where(part => !states.GetValueOrDefault(part.Name).IsDone).ToList();
            if (open.Count == 0)
                continue;
            var empty = new List<ILineageBackfill>();
            foreach (var part in open)
            {
                if (await IsEmptyAsync(part, actor, states.GetValueOrDefault(part.Name).Position ?? "", cancellationToken))
                    empty.Add(part);
            }

            await db.WriteAsync<Done>(async session =>
            {
                foreach (var part in empty)
                    await BackfillStore.SetAsync(session, id, part.Name, "", isDone: true);
                if (empty.Count < open.Count)
                    await jobs.EnqueueAsync(session, actor, BackfillJob.JobKind, "{}", dedupeKey: "all");
                return Done.Ok;
            }, cancellationToken);
        }
    }

    private static async ValueTask<bool> IsEmptyAsync(ILineageBackfill part, Actor actor, string position, CancellationToken cancel)
    {
        try
        {
            for (var reads = 0; reads < MostReads; reads++)
            {
                var read = await part.ReadAsync(actor, position, cancel);
                if (read.Edges.Count + read.Nodes.Count > 0)
                    return false;
                if (read.Next is not { } next)
                    return true;
                position = next;
            }

            return false;
        }
        catch (Exception unreadable) when (unreadable is not OperationCanceledException)
        {
            // Nothing that a server must not start without: the job meets it again, and says so.
            return false;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
