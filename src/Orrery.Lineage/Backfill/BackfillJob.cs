using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Lineage;

/// <summary>Writes the facts of before the graph into it, once for each workspace. Edges and how far it got are written together, so that it may end anywhere.</summary>
internal sealed class BackfillJob(Db db, IEnumerable<ILineageBackfill> parts, TimeProvider time) : IJobHandler
{
    public const string JobKind = "lineage.backfill";

    public string Kind => JobKind;

    public JobPolicy Policy { get; } = new() { MaxAttempts = 10 };

    public int MaxConcurrent => 1;

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var states = await db.ReadAsync(session => BackfillStore.ListAsync(session, job.Actor.Workspace), cancel);
        foreach (var part in parts.Where(part => !states.GetValueOrDefault(part.Name).IsDone))
        {
            for (var position = states.GetValueOrDefault(part.Name).Position ?? ""; position is not null;)
            {
                var read = await part.ReadAsync(job.Actor, position, cancel);
                var written = await db.WriteAsync<Done>(async session =>
                {
                    if ((await job.GuardAsync(session)).Failure is { } lost)
                        return lost;
                    await LineageEdges.AppendAsync(session, job.Actor, read.Edges);
                    if (read.Nodes.Count > 0)
                        await LineageEdges.DescribeAsync(session, job.Actor, read.Nodes, time.GetUtcNow().ToUnixTimeMilliseconds());
                    await BackfillStore.SetAsync(session, job.Actor.Workspace, part.Name, read.Next ?? "", read.Next is null);
                    return Done.Ok;
                }, cancel);
                if (written.Failure is { } failure)
                    return failure;
                position = read.Next;
            }
        }

        return (string?)null;
    }
}
