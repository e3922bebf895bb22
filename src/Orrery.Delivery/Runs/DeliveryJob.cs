using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>
/// Takes a delivery through its stages. What a stage found is kept before the next begins, so that after a crash the delivery goes on at the stage that had not
/// ended. A delivery that waits holds no worker: its job ends, and another goes on with it later.
/// </summary>
internal sealed class DeliveryJob(
    Db db, DeliveryProgress progress, IEnumerable<IDeliveryStage> stages, EnvironmentSettings settings, DeliveryUndo undo, DeliveryOptions options, TimeProvider time, ILogger<DeliveryJob> logger)
    : IJobHandler
{
    public const string JobKind = "delivery.run";

    private const int MostFaults = 60;
    private static readonly TimeSpan CancelLook = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, IDeliveryStage> _stages = stages.ToDictionary(static stage => stage.Name, StringComparer.Ordinal);

    public string Kind => JobKind;

    public int MaxConcurrent => options.Concurrency;

    // A server that dies costs an attempt, and a delivery is not given up for that.
    public JobPolicy Policy { get; } = new() { MaxAttempts = 100, FirstRetry = TimeSpan.FromSeconds(1), LongestRetry = TimeSpan.FromMinutes(1) };

    public async Task<Result<string?>> RunAsync(JobContext job, CancellationToken cancel)
    {
        var id = JsonSerializer.Deserialize(job.Payload, DeliveryJson.Default.DeliveryOrder)!.Id;
        var row = await db.ReadAsync(session => DeliveryStore.FindAsync(session, job.Actor.Workspace, id), cancel);
        if (row is not { IsOpen: true } || row.JobId != job.Id.ToString())
            return (string?)null;
        try
        {
            await RunAsync(job, row, cancel);
            return $$"""{"delivery":"{{id}}"}""";
        }
        catch (LeaseLostException lost)
        {
            return lost.Failure;
        }
    }

    private async Task RunAsync(JobContext job, DeliveryRow row, CancellationToken cancel)
    {
        var found = await settings.FindAsync(job.Actor, row.Environment, cancel);
        foreach (var name in StageNames.All)
        {
            var kept = (await db.ReadAsync(session => StageStore.ListAsync(session, job.Actor.Workspace, row.Id), cancel)).Single(one => one.Name == name);
            if (kept.IsPassed)
                continue;
            if (await progress.BeginAsync(job, row.Id, kept, cancel) is not { } begun)
            {
                await StopAsync(job, row.Id, name, cancel);
                return;
            }

            var run = new StageRun(db, job, begun.Row, found, name, time) { Tries = begun.Stage.Tries, StartedAt = begun.Stage.StartedAt!.Value };
            if (await StageAsync(run, name, cancel) is not { } end)
            {
                await StopAsync(job, row.Id, name, cancel);
                return;
            }

            await PauseAsync(run, name, cancel);
            if (end.IsFault && begun.Stage.Tries >= MostFaults)
                end = StageEnd.Failed(end.Message);
            if (end.State is "failed" or "rejected" && run.Row.Plan.OrderedAt is not null)
                end = end with { Message = $"{end.Message} {await undo.RunAsync(run, end.Message, cancel)}" };
            row = await progress.EndAsync(job, run, begun.Stage, end, found, cancel);
            Log.StageEnded(logger, row.Id, name, end.State);
            if (end.State is not ("passed" or "skipped"))
                return;
        }
    }

    // Null when somebody asked to stop it.
    private async Task<StageEnd?> StageAsync(StageRun run, string name, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = WatchAsync(run, stop, end.Token);
        try
        {
            return await _stages[name].RunAsync(run, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await end.CancelAsync();
            await watch;
        }
    }

    private async Task WatchAsync(StageRun run, CancellationTokenSource stop, CancellationToken cancel)
    {
        try
        {
            using var timer = new PeriodicTimer(CancelLook, time);
            while (await timer.WaitForNextTickAsync(cancel))
            {
                if (await db.ReadAsync(session => DeliveryStore.FindAsync(session, run.Actor.Workspace, run.Row.Id), cancel) is { CancelBy: not null })
                {
                    await stop.CancelAsync();
                    return;
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or DatabaseUnavailableException)
        {
            // The stage has ended, or it learns by itself that the database is away.
        }
    }

    private async Task StopAsync(JobContext job, string id, string name, CancellationToken cancel)
    {
        var row = await db.ReadAsync(session => DeliveryStore.FindAsync(session, job.Actor.Workspace, id), cancel);
        var kept = (await db.ReadAsync(session => StageStore.ListAsync(session, job.Actor.Workspace, id), cancel)).Single(one => one.Name == name);
        var run = new StageRun(db, job, row!, new(), name, time) { StartedAt = kept.StartedAt ?? time.GetUtcNow().ToUnixTimeMilliseconds() };
        var undone = run.Row.Plan.OrderedAt is null ? "Nothing had been deployed." : await undo.RunAsync(run, $"stopped by {row!.CancelBy}", cancel);
        await progress.EndAsync(job, run, kept, new StageEnd("cancelled", $"Stopped by {row!.CancelBy}. {undone}"), new(), cancel);
        Log.StageEnded(logger, id, name, "cancelled");
    }

    // For drills: a server that is killed here has done the stage's work and not kept it.
    private async Task PauseAsync(StageRun run, string name, CancellationToken cancel)
    {
        if (run.Tries > 1 || !options.Pauses(name))
            return;
        await run.WarnAsync("Paused here for good by Orrery:Delivery:PauseAt; another server goes on when this one ends.", cancel);
        Log.Paused(logger, run.Row.Id, name);
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancel);
    }
}
