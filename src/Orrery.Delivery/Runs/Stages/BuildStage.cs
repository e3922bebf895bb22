namespace Orrery.Delivery;

/// <summary>Stage 5: makes what is deployed, and validates it.</summary>
internal sealed class BuildStage(Targets targets, GovernanceDoor governance) : IDeliveryStage
{
    public string Name => StageNames.Build;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        if ((await targets.ForAsync(run.Actor, run.Row.Environment, cancel)).Failed(out var unknown, out var found))
            return StageEnd.Failed(unknown);
        if ((await governance.TokenAsync(run.Actor, run.Row, cancel)).Failed(out var unapproved, out var token))
            return StageEnd.Failed(unapproved);
        if ((await found.Target.BuildAsync(run.Actor, run.Order(found.Spec, token.Text), cancel)).Failed(out var failure, out var built))
            return StageEnd.Failed(failure);
        await run.KeepAsync(
            row => row with { Plan = row.Plan with { BuiltSha256 = built.Sha256 } }, cancel, session => DeliveryStore.SetBuiltAsync(session, run.Actor.Workspace, run.Row.Id, built));
        run.Fact("built", built.Sha256);
        return StageEnd.Passed($"Built {string.Join(", ", built.Files.Keys.Order(StringComparer.Ordinal))}, SHA-256 {built.Sha256}.");
    }
}
