namespace Orrery.Delivery;

/// <summary>Stage 9: tells people. A notice that cannot be sent is recorded, and fails nothing.</summary>
internal sealed class NotifyStage(Notices notices) : IDeliveryStage
{
    public string Name => StageNames.Notify;

    public async ValueTask<StageEnd> RunAsync(StageRun run, CancellationToken cancel)
    {
        var sent = await notices.SendAsync(run.Row, run.Settings, NoticeText.Of(run.Row with { State = DeliveryStates.Succeeded }), cancel);
        foreach (var one in sent)
            await run.SayAsync(one.Problem is null ? "info" : "warning", one.Problem is null ? $"Told {one.To} by {one.Road}." : $"Could not tell {one.To} by {one.Road}: {one.Problem}", cancel);
        var failed = sent.Count(static one => one.Problem is not null);
        return sent.Count == 0
            ? StageEnd.Passed("The status page tells it; nobody else is to be told.")
            : StageEnd.Passed($"Told {sent.Count - failed} of {sent.Count}, and the status page.");
    }
}
