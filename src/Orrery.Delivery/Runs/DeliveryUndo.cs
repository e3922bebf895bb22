namespace Orrery.Delivery;

/// <summary>Takes back what a delivery has brought to its target.</summary>
internal sealed class DeliveryUndo(Targets targets)
{
    /// <summary>Goes back, and says so for people. What cannot be taken back is told, and left.</summary>
    public async ValueTask<string> RunAsync(StageRun run, string reason, CancellationToken cancel)
    {
        if ((await targets.ForAsync(run.Actor, run.Row.Environment, cancel)).Failed(out var unknown, out var found))
            return $"What was deployed could not be taken back: {unknown.Message}";
        var failed = run.Now.ToUnixTimeMilliseconds();
        var back = await found.Target.RollbackAsync(run.Actor, run.Order(found.Spec, null), null, reason, cancel);
        if (back.Failed(out var failure, out var state))
        {
            await run.SayAsync("error", $"What was deployed could not be taken back: {failure.Message}", cancel);
            return $"What was deployed could not be taken back: {failure.Message}";
        }

        await run.KeepAsync(row => row with { RolledBackAt = row.DeployedAt is null ? null : run.Now.ToUnixTimeMilliseconds(), Plan = row.Plan with { Percent = 0, FailedAt = failed } }, cancel);
        return state.Revision is { } revision ? $"What was deployed was taken back (revision {revision})." : "What was deployed was taken back.";
    }
}
