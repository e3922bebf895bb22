using System.Globalization;
using Orrery.Kernel;
using Orrery.Storage;

namespace Orrery.Delivery;

/// <summary>
/// Stage 6: brings the version to its target, waits until it is ready there, and gives it more of the traffic step by step as long as it fares well. Each order has the
/// delivery's id, so that one that is repeated after a crash changes nothing. The approval is asked for where the version gets traffic or more of it: without one what is there
/// already stays, and people are told.
/// </summary>
internal sealed class DeployStage(Db db, Targets targets, GovernanceDoor governance, CanaryGuard guard, DeliveryInstruments instruments, TimeProvider time) : IDeliveryStage
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Approved = TimeSpan.FromSeconds(15);

    public string Name => StageNames.Deploy;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        if ((await targets.ForAsync(run.Actor, run.Row.Environment, cancel)).Failed(out var unknown, out var found))
            return StageEnd.Failed(unknown);
        var order = run.Order(found.Spec, null);
        if (await db.ReadAsync(session => DeliveryStore.FindBuiltAsync(session, run.Actor.Workspace, run.Row.Id), cancel) is not { } built)
            return StageEnd.Failed("What was built is not there any more; begin the delivery anew.");
        if (run.Row.Plan.Revision is null)
        {
            if (await DeployAsync(run, found.Target, order, built, cancel) is { } refused)
                return refused;
        }

        if (await ReadyAsync(run, found.Target, order, cancel) is { } notReady)
            return notReady;
        if (await StepsAsync(run, found.Target, order, cancel) is { } waits)
            return waits;
        run.Fact("revision", run.Row.Plan.Revision);
        run.Fact("built", built.Sha256);
        return StageEnd.Passed(run.Row.Plan.Revision is { } revision ? $"Version {order.Version} answers as {order.Name} in {run.Row.Environment}, revision {revision}." : $"Version {order.Version} answers as {order.Name}.");
    }

    private async ValueTask<StageEnd?> DeployAsync(StageRun run, ITarget target, ReleaseOrder order, BuiltRelease built, CancellationToken cancel)
    {
        if ((await governance.TokenAsync(run.Actor, run.Row, cancel)).Failed(out var unapproved, out var token))
            return run.Row.Plan.OrderedAt is null ? StageEnd.Failed(unapproved) : Held(run, unapproved);
        order = order with { Approval = token.Text };
        var baseline = await guard.BaselineAsync(run.Actor, run.Row, cancel);
        await run.KeepAsync(row => row with { Plan = row.Plan with { OrderedAt = row.Plan.OrderedAt ?? run.Now.ToUnixTimeMilliseconds(), BaselineP95Ms = row.Plan.BaselineP95Ms ?? baseline } }, cancel);
        if ((await target.DeployAsync(run.Actor, order, built, cancel)).Failed(out var failure, out var state))
            return StageEnd.Failed(failure);
        await KeepAsync(run, state, cancel);
        await run.SayAsync(string.Create(CultureInfo.InvariantCulture, $"Deployed as revision {state.Revision ?? "(none yet)"} with {order.Percent:0.##} % of the traffic; before it {state.Previous ?? "nothing"} answered."), cancel);
        return null;
    }

    private async ValueTask<StageEnd?> ReadyAsync(StageRun run, ITarget target, ReleaseOrder order, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if ((await target.LookAsync(run.Actor, order, cancel)).Failed(out var failure, out var state))
                return StageEnd.Failed(failure);
            if (state.State == "ready")
            {
                await KeepAsync(run, state, cancel);
                return null;
            }

            if (state.State == "failed")
                return StageEnd.Failed(state.Reason ?? "The target says that it failed, and not why.");
            if (state.State != "waiting" && run.Now - DateTimeOffset.FromUnixTimeMilliseconds(run.Row.Plan.OrderedAt!.Value) > TimeSpan.FromMinutes(run.Settings.ReadyMinutes!.Value))
                return StageEnd.Failed($"It was not ready within {run.Settings.ReadyMinutes} minutes: {state.Reason}");
            if (state.State == "waiting" || time.GetElapsedTime(began) > Patience)
                return StageEnd.Waiting(state.Reason ?? "It is not ready yet.", Later);
            await Task.Delay(Look, time, cancel);
        }
    }

    private async ValueTask<StageEnd?> StepsAsync(StageRun run, ITarget target, ReleaseOrder order, CancellationToken cancel)
    {
        var steps = run.Row.Spec.Steps;
        if (run.Row.Plan.Percent is >= 100 || steps.Count == 0)
            return await WholeAsync(run, target, order, steps.Count > 0, cancel);
        if (run.Row.Plan.Step is null)
            await StepAsync(run, 0, cancel);
        while (run.Row.Plan.Step is { } step && step < steps.Count)
        {
            if (await guard.ProblemAsync(run.Actor, run.Row, run.Settings.Rollback!, cancel) is { } problem)
                return StageEnd.Failed($"The canary with {Percent(steps[step].Percent)} of the traffic fares badly: {problem}");
            var until = DateTimeOffset.FromUnixTimeMilliseconds(run.Row.Plan.StepAt!.Value) + TimeSpan.FromMinutes(steps[step].Minutes);
            if (run.Now < until)
            {
                var left = until - run.Now;
                return StageEnd.Waiting(string.Create(CultureInfo.InvariantCulture, $"The canary has {steps[step].Percent:0.##} % of the traffic until {until:HH:mm:ss} UTC."), left < Later ? left : Later);
            }

            if (step + 1 == steps.Count)
                return await WholeAsync(run, target, order, shift: true, cancel);
            if (await ShiftAsync(run, target, order, steps[step + 1].Percent, cancel) is { } refused)
                return refused;
            await StepAsync(run, step + 1, cancel);
        }

        return null;
    }

    private async ValueTask<StageEnd?> WholeAsync(StageRun run, ITarget target, ReleaseOrder order, bool shift, CancellationToken cancel) =>
        shift && run.Row.Plan.Percent is not >= 100 ? await ShiftAsync(run, target, order, 100, cancel) : null;

    private async ValueTask<StageEnd?> ShiftAsync(StageRun run, ITarget target, ReleaseOrder order, double percent, CancellationToken cancel)
    {
        if ((await governance.TokenAsync(run.Actor, run.Row, cancel)).Failed(out var unapproved, out var token))
            return Held(run, unapproved);
        if ((await target.ShiftAsync(run.Actor, order with { Approval = token.Text }, percent, cancel)).Failed(out var failure, out var state))
            return Held(run, failure);
        await run.SayAsync(string.Create(CultureInfo.InvariantCulture, $"It has {percent:0.##} % of the traffic now, revision {state.Revision}."), cancel);
        await KeepAsync(run, state with { Previous = null, Percent = percent }, cancel);
        return await ReadyAsync(run, target, order, cancel);
    }

    // It was approved when it was deployed: what it has it keeps, and it gets no more until it is approved again or somebody stops it.
    private static StageEnd Held(StageRun run, Failure refused) => refused.Code is "delivery.not_approved" or "serving.not_approved"
        ? StageEnd.Waiting($"It stays at {Percent(run.Row.Plan.Percent ?? 0)} of the traffic: {refused.Message} Have it approved again, or stop it by: mlops deliveries cancel {run.Row.Id}", Approved) with { IsTold = true }
        : StageEnd.Failed(refused);

    private static async ValueTask StepAsync(StageRun run, int step, CancellationToken cancel) =>
        await run.KeepAsync(row => row with { Plan = row.Plan with { Step = step, StepAt = run.Now.ToUnixTimeMilliseconds() } }, cancel);

    private async ValueTask KeepAsync(StageRun run, ReleaseState state, CancellationToken cancel)
    {
        var first = run.Row.DeployedAt is null && state.State == "ready";
        await run.KeepAsync(
            row => row with
            {
                DeployedAt = first ? run.Now.ToUnixTimeMilliseconds() : row.DeployedAt,
                Plan = row.Plan with { Revision = state.Revision ?? row.Plan.Revision, Previous = row.Plan.Previous ?? state.Previous, Link = state.Link ?? row.Plan.Link, Percent = state.Percent ?? row.Plan.Percent },
            },
            cancel);
        if (first)
            instruments.Led(run.Row.Environment, TimeSpan.FromMilliseconds(run.Row.DeployedAt!.Value - run.Row.RequestedAt));
    }

    private static string Percent(double percent) => percent.ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
